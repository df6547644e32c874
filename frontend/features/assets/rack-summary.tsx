"use client";
// A rack in one line: what it draws of what it may, also when a feed is gone, its hottest inlet, and what is free.
import type { ReactNode } from "react";
import type { Rack } from "@/lib/api";
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { rackFigures } from "@/lib/rack-figures";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import type { Capacity, RackElevation } from "./assets-types";
import { freeSpace } from "./elevation-model";

const none: never[] = [];

type FigureProps = { label: string; value: ReactNode; note?: ReactNode; bad?: boolean; dim?: boolean; testId?: string };

function Figure({ label, value, note, bad, dim, testId }: FigureProps) {
  return (
    <div className="grid min-w-0 content-start px-3 py-1.5">
      <dt className="truncate text-muted text-xs">{label}</dt>
      <dd
        data-testid={testId}
        className={cn("whitespace-nowrap font-semibold tabular-nums", bad && "text-critical", dim && "text-muted")}
      >
        {value}
      </dd>
      {note && <dd className="text-muted text-xs">{note}</dd>}
    </div>
  );
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const kw = (value: number | null) => (value === null ? noValue : formatNumber(value, "kW"));
const share = (value: number, of: number | null) => (of ? `${Math.round((value / of) * 100)} %` : undefined);

function SurvivingFeed({ capacity: { power_kw, over } }: { capacity: Capacity }) {
  const { surviving_feed, surviving_feed_rated } = power_kw;
  const bad = over.includes("surviving-feed");
  const known = surviving_feed !== null;
  return (
    <Figure
      label="On the surviving feed"
      value={known ? `${kw(surviving_feed)} of ${kw(surviving_feed_rated)} kW` : noValue}
      note={!known ? "feeds are not known" : bad ? "more than one feed carries alone" : "if the other feed is lost"}
      bad={bad}
    />
  );
}

function Weight({ capacity: { weight_kg, over } }: { capacity: Capacity }) {
  const { used, limit } = weight_kg;
  const of = limit ? `of ${formatNumber(limit, "count")} ` : "";
  return (
    <Figure
      label="Weight"
      value={`${formatNumber(used, "count")} ${of}kg`}
      note={limit ? share(used, limit) : "no limit is known"}
      bad={over.includes("weight")}
    />
  );
}

export function RackSummary({ rack, monitored }: { rack: RackElevation; monitored: Rack | undefined }) {
  const now = useServerNow();
  useReadingsOf(monitored?.sensors ?? none);
  const figures = monitored && rackFigures(monitored, readingsStore.get, now, none);
  const { capacity } = rack;
  const over = capacity?.over ?? none;
  // What the server does not say is what the elevation itself tells.
  const space = capacity ? { free: capacity.u.free, largest: capacity.u.largest_free_block } : freeSpace(rack);
  const typical = capacity?.power_kw.typical ?? sumOf(rack.devices.map(({ power }) => power.watts ?? 0)) / 1000;
  const measured = capacity?.power_kw.measured ?? null;
  const rated = rack.rated_power_kw;
  const live = figures?.power && !figures.power.unused ? figures.power.value : measured;
  const used = live ?? typical;
  const { inlet } = figures ?? {};
  return (
    <dl className="grid grid-cols-2 rounded-md border bg-surface py-1 sm:grid-cols-3 xl:grid-cols-1">
      <Figure
        label="Power used of rated"
        testId="rack-power"
        value={`${live === null ? "≈ " : ""}${kw(used)} of ${kw(rated)} kW`}
        note={
          capacity && over.includes("power")
            ? `${kw(capacity.power_kw.load)} kW with what is planned and reserved`
            : `${share(used, rated) ?? "no rating"} · ${live === null ? "estimated from types" : "measured"}`
        }
        bad={over.includes("power")}
      />
      {capacity && <SurvivingFeed capacity={capacity} />}
      <Figure
        label="Highest inlet"
        value={inlet ? `${formatNumber(inlet.value, inlet.unit)} ${inlet.unit}` : noValue}
        note={inlet?.unused ?? (figures?.oldestTs ? `${formatAge(now - figures.oldestTs)} ago` : "no sensor")}
        dim={!inlet || inlet.unused !== undefined}
      />
      <Figure
        label="Free"
        testId="rack-free"
        value={`${space.free} of ${rack.height_u} U`}
        note={capacity && `${capacity.u.used} used · ${capacity.u.reserved} reserved · ${capacity.u.blocked} blocked`}
      />
      <Figure
        label="Largest free block"
        value={`${space.largest} U`}
        note={capacity?.stranded ? `${capacity.stranded.u} U stranded: ${capacity.stranded.reason}` : undefined}
      />
      {capacity && <Weight capacity={capacity} />}
    </dl>
  );
}
