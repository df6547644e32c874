"use client";
// Every shared component in its states, for the eye and for screenshots. In development builds only: with made-up figures, without a server.
import { type ReactNode, useState } from "react";
import { AlarmCard } from "@/components/alarm-card";
import type { Level, Mark, Series } from "@/components/charts/chart-model";
import { Sparkline } from "@/components/charts/sparkline";
import { TrendChart } from "@/components/charts/trend-chart";
import { DataTable } from "@/components/data-table";
import { AlarmStateBadge, SeverityBadge, SeverityTally } from "@/components/severity-badge";
import { StateBadge } from "@/components/state-badge";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox, Field, Select, Textarea } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { severities } from "@/lib/alarms";
import type { Alarm } from "@/lib/api";
import type { RackState } from "@/lib/rack-figures";

const end = Date.parse("2026-11-25T12:00:00Z");
const begin = end - 6 * 3_600_000;
const stepMs = 300_000;
const times = Array.from({ length: 73 }, (_, at) => begin + at * stepMs);
const states: RackState[] = ["ok", "warning", "critical", "no data"];

/** A day's wave, and from `hotFrom` on a rise; with a gap where nothing was heard. */
function wave(key: string, base: number, hotFrom = Number.POSITIVE_INFINITY, ghost = false): Series {
  const rows = times
    .filter((_, at) => at < 18 || at > 26)
    .map((ts) => {
      const mean = base + Math.sin(ts / 3e6) * 0.8 + Math.max(0, ts - hotFrom) / 1_200_000;
      return ghost ? [ts, mean] : [ts, mean, mean - 0.5, mean + 0.7];
    });
  return { key, label: key, rows, gapMs: 2 * stepMs, ghost };
}

const levels: Level[] = [
  { when: "below", value: 18, label: "Minor 18.0 °C", token: "--warning" },
  { when: "above", value: 28, label: "Minor 28.0 °C", token: "--warning" },
  { when: "above", value: 32, label: "Critical 32.0 °C", token: "--critical" },
];
const hotFrom = end - 2.5 * 3_600_000;
const marks: Mark[] = [
  { ts: hotFrom + 4_200_000, until: end, label: "Minor", token: "--warning" },
  { ts: end - 600_000, until: end, label: "Critical", token: "--critical" },
];
const charts: { title: string; series: Series[]; levels?: Level[]; marks?: Mark[] }[] = [
  { title: "One curve, calm", series: [wave("inlet", 23)], levels },
  { title: "Rising through its bands, with marks", series: [wave("inlet", 23, hotFrom)], levels, marks },
  { title: "Compared with the previous day", series: [wave("inlet", 24), wave("previous day", 23, undefined, true)] },
  { title: "Several curves", series: ["A01", "A02", "A03", "A04", "A05"].map((name, at) => wave(name, 21 + at * 1.4)) },
  { title: "Lone readings", series: [{ key: "a", label: "a", gapMs: 1, rows: times.map((ts) => [ts, 22]) }] },
  { title: "No readings", series: [{ key: "a", label: "a", gapMs: 1, rows: [] }], levels },
];

const alarm = {
  ...{ id: 1, revision: 1, severity: "critical", state: "active", type: "limits", kind: "inlet-temperature" },
  ...{ when: "above", limit: 32, value: 33.4, unit: "°C", rule: "Rack inlet temperature", latched: false },
  raised_at: new Date(end).toISOString(),
  source: { room: "Room 1", rack: "A01", device: "A01 climate", sensor: "inlet temperature" },
} as Alarm;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-3">
      <h2 className="border-b pb-1 font-semibold text-base">{title}</h2>
      {children}
    </section>
  );
}

type Line = { id: number; name: string; value: number };
const lines: Line[] = Array.from({ length: 200 }, (_, id) => ({ id, name: `Row ${id}`, value: id * 1.7 }));
const columns = [
  { key: "name", label: "Name", order: "name", cell: ({ name }: Line) => name },
  { key: "value", label: "Value", numeric: true, cell: ({ value }: Line) => value.toFixed(1) },
];
const keyOf = ({ id }: Line) => id;
const nameOf = ({ name }: Line) => name;

function Tables() {
  const [down, setDown] = useState(false);
  const shared = { columns, keyOf, nameOf, card: ({ name }: Line) => name };
  return (
    <div className="grid gap-3 md:grid-cols-3">
      {[
        { label: "Dense", rows: down ? lines.toReversed() : lines, instead: undefined },
        { label: "Loading", rows: undefined, instead: undefined },
        { label: "Empty", rows: [], instead: <EmptyView title="Nothing here">What to do next stands here.</EmptyView> },
      ].map(({ label, rows, instead }) => (
        <div key={label} className="flex h-56 flex-col">
          <DataTable
            {...{ label, rows, instead, ...shared }}
            order={{ by: "name", down }}
            onOrder={() => setDown(!down)}
          />
        </div>
      ))}
    </div>
  );
}

export function ComponentsPage() {
  return (
    <main className="mx-auto grid max-w-[80rem] gap-8 p-6">
      <h1 className="font-semibold text-xl">Components</h1>
      <Part title="Charts">
        <div className="grid gap-4 md:grid-cols-2">
          {charts.map(({ title, ...chart }) => (
            <Card key={title} className="min-w-0 p-4">
              <h3 className="mb-1 font-medium">{title}</h3>
              <TrendChart
                {...{ label: title, unit: "°C", timeZone: "UTC", from: begin, to: end, ...chart }}
                group="components"
                resolution="means and extremes of 5 min"
              />
            </Card>
          ))}
        </div>
        <div className="grid grid-cols-4 gap-4">
          {["--chart-1", "--warning", "--critical"].map((token) => (
            <Sparkline
              key={token}
              label={token}
              {...{ from: begin, to: end, gapMs: 2 * stepMs, token }}
              rows={wave("", 23).rows}
            />
          ))}
          <Sparkline label="nothing" rows={[]} from={begin} to={end} gapMs={1} />
        </div>
      </Part>
      <Part title="States and severities">
        <div className="flex flex-wrap gap-6">
          {states.map((state) => (
            <StateBadge key={state} state={state} />
          ))}
          {severities.map((severity) => (
            <SeverityBadge key={severity} severity={severity} />
          ))}
          {(["active", "acknowledged", "cleared", "resolved"] as const).map((state) => (
            <AlarmStateBadge key={state} alarm={{ state, latched: false }} />
          ))}
          <SeverityTally counts={{ critical: 1, major: 2, minor: 13, info: 0 }} />
        </div>
        <Card className="max-w-md p-3">
          <AlarmCard alarm={alarm} timeZone="UTC" />
        </Card>
      </Part>
      <Part title="Nothing, not yet, and failed">
        <div className="grid gap-3 md:grid-cols-3">
          <Card>
            <EmptyView title="No open alarms">What is raised appears here at once.</EmptyView>
          </Card>
          <Card className="grid gap-2 p-4">
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
          </Card>
          <Card>
            <ErrorView title="This could not be loaded" detail="The server answered 503." onRetry={() => {}} />
          </Card>
        </div>
        <Card className="hatched p-4">No data is hatched, never green.</Card>
      </Part>
      <Part title="Tables">
        <Tables />
      </Part>
      <Part title="Controls">
        <div className="flex flex-wrap items-center gap-3">
          <Button variant="primary">Primary</Button>
          <Button>Outline</Button>
          <Button variant="ghost">Ghost</Button>
          <Button size="small">Small</Button>
          <Button disabled>Disabled</Button>
        </div>
        <div className="grid gap-3 md:grid-cols-4">
          <Field label="Text" hint="what it is for">
            {(control) => <Input {...control} placeholder="placeholder" />}
          </Field>
          <Field label="Wrong" error="A number is needed.">
            {(control) => <Input {...control} defaultValue="warm" />}
          </Field>
          <Field label="Choice">
            {(control) => (
              <Select {...control}>
                <option>One</option>
              </Select>
            )}
          </Field>
          <Field label="Note">{(control) => <Textarea {...control} />}</Field>
          <Checkbox label="Enabled" hint="it holds at once" defaultChecked />
        </div>
      </Part>
    </main>
  );
}
