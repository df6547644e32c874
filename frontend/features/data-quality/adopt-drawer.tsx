"use client";
// Makes a discovered topic the sensors of a device: the server's guess, to be corrected and confirmed. Then the device may get an account of its own.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { DeviceCredentials } from "@/components/device-credentials";
import { EditDrawer } from "@/components/editing";
import { RackDevices } from "@/components/rack-panel/rack-readings";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError, type DiscoveredTopic, get, type List, post, withQuery } from "@/lib/api";
import { useRacks, useSensors } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import { type AdoptDraft, adoptionOf, draftOf, placeOf, type SensorDraft } from "./adopt-draft";

type Problem = { at: string | undefined; text: string };
type Adopted = { id: number; name: string; account_warning?: string };
type Props = { site: string; timeZone: string; topic: DiscoveredTopic; onClose: () => void };

export function AdoptDrawer({ site, timeZone, topic, onClose }: Props) {
  const [first] = useState(() => draftOf(topic));
  const [draft, setDraft] = useState(first);
  const client = useQueryClient();
  const adopt = useMutation({
    mutationFn: () => post<Adopted>(withQuery("/api/discovered-topics/adopt", { site }), adoptionOf(topic, draft)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["discovered-topics", site] }),
  });
  const adopted = adopt.data;
  const failed = adopt.error;
  const problem: Problem | undefined = failed
    ? { at: failed instanceof ApiError ? placeOf(failed.field, draft) : undefined, text: failed.message }
    : undefined;
  const change = (changes: Partial<AdoptDraft>) => setDraft((now) => ({ ...now, ...changes }));
  const chosen = draft.sensors.filter(({ wanted }) => wanted).length;
  const beside =
    problem?.at?.startsWith("/sensors/") || ["/device/name", "/device/role", "/device_id"].includes(problem?.at ?? "");
  return (
    <EditDrawer
      open
      wide
      dirty={draft !== first && !adopted}
      onClose={onClose}
      title="Adopt a topic"
      description={topic.topic}
    >
      {(close) =>
        adopted ? (
          <AdoptedDevice device={adopted} onDone={close} {...{ site, timeZone }} />
        ) : (
          <form
            noValidate
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              adopt.mutate();
            }}
          >
            <Device site={site} draft={draft} change={change} problem={problem} />
            <Sensors site={site} draft={draft} change={change} problem={problem} />
            <details>
              <summary className="cursor-pointer text-muted text-xs">Last payload</summary>
              <pre className="mt-1 max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-md border bg-raised p-2 text-xs">
                {topic.last_payload}
              </pre>
            </details>
            {problem && !beside && (
              <p role="alert" className="text-critical">
                {problem.text}
              </p>
            )}
            <div className="sticky -bottom-4 z-10 -mx-4 -mb-4 flex justify-end gap-2 border-t bg-surface p-4">
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" variant="primary" disabled={adopt.isPending || chosen === 0}>
                {adopt.isPending ? "Adopting …" : chosen === 1 ? "Adopt 1 sensor" : `Adopt ${chosen} sensors`}
              </Button>
            </div>
          </form>
        )
      }
    </EditDrawer>
  );
}

type AdoptedProps = { device: Adopted; site: string; timeZone: string; onDone: () => void };

/** What it says from now on, as it comes; and an account of its own. */
function AdoptedDevice({ device, site, timeZone, onDone }: AdoptedProps) {
  const now = useServerNow();
  const sensors = useSensors(site).data?.items.filter(({ device_id }) => device_id === device.id) ?? [];
  useReadingsOf(sensors);
  return (
    <div className="grid gap-4">
      <p role="status">It belongs to {device.name} now: from the next message on its readings are stored.</p>
      {device.account_warning && (
        <p role="alert" className="text-major">
          {device.account_warning}
        </p>
      )}
      {sensors.length > 0 && (
        <section aria-label="What it says" className="grid gap-2">
          <h3 className="font-medium">What it says</h3>
          <RackDevices rack={{ sensors }} find={readingsStore.get} {...{ now, timeZone }} />
        </section>
      )}
      <DeviceCredentials deviceId={device.id} canEdit />
      <div className="flex flex-wrap justify-end gap-2">
        <Button asChild>
          <Link href={{ pathname: "/inventory/", query: { site, device: device.id } }}>Open the device</Link>
        </Button>
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

type PartProps = {
  site: string;
  draft: AdoptDraft;
  change: (changes: Partial<AdoptDraft>) => void;
  problem: Problem | undefined;
};

function Device({ site, draft, change, problem }: PartProps) {
  const racks = useRacks(site);
  const wrong = (at: string) => (problem?.at === at ? problem.text : undefined);
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2">
      <legend className="mb-2 font-medium">Device</legend>
      <Field label="It is" className="sm:col-span-2">
        {(control) => (
          <Select
            {...control}
            value={draft.onto}
            onChange={({ target }) => change({ onto: target.value === "new" ? "new" : "existing" })}
          >
            <option value="new">a new device</option>
            <option value="existing">a device that is there</option>
          </Select>
        )}
      </Field>
      {draft.onto === "existing" ? (
        <Existing
          site={site}
          deviceId={draft.deviceId}
          onChoose={(deviceId) => change({ deviceId })}
          error={wrong("/device_id")}
        />
      ) : (
        <>
          <Field label="Name" error={wrong("/device/name")}>
            {(control) => (
              <Input {...control} value={draft.name} onChange={({ target }) => change({ name: target.value })} />
            )}
          </Field>
          <Field label="Role" hint="pdu, temperature-sensor, ups …" error={wrong("/device/role")}>
            {(control) => (
              <Input {...control} value={draft.role} onChange={({ target }) => change({ role: target.value })} />
            )}
          </Field>
          <Field label="Rack" className="sm:col-span-2">
            {(control) => (
              <Select
                {...control}
                value={draft.rackId ?? ""}
                onChange={({ target }) => change({ rackId: target.value ? Number(target.value) : null })}
              >
                <option value="">in none</option>
                {racks.data?.items.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </>
      )}
    </fieldset>
  );
}

type ExistingProps = {
  site: string;
  deviceId: number | null;
  onChoose: (id: number | null) => void;
  error: string | undefined;
};

function Existing({ site, deviceId, onChoose, error }: ExistingProps) {
  const [words, setWords] = useState("");
  const found = useQuery({
    queryKey: ["devices-found", site, words],
    queryFn: ({ signal }) =>
      get<List<{ id: number; name: string; rack: string | null }>>(
        "/api/devices",
        { site, q: words, limit: 50 },
        signal,
      ),
    placeholderData: (before) => before,
  });
  return (
    <>
      <Field label="Find it" hint="Name, serial, tag or address">
        {(control) => (
          <Input {...control} type="search" value={words} onChange={({ target }) => setWords(target.value)} />
        )}
      </Field>
      <Field label="Device" error={error ?? found.error?.message}>
        {(control) => (
          <Select
            {...control}
            value={deviceId ?? ""}
            onChange={({ target }) => onChoose(target.value ? Number(target.value) : null)}
          >
            <option value="">Choose one</option>
            {found.data?.items.map(({ id, name, rack }) => (
              <option key={id} value={id}>
                {rack ? `${name}, ${rack}` : name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}

/** A line of the sensors; on a phone what it is called stands below what it said. */
const line =
  "grid items-start gap-x-2 grid-cols-[1.25rem_minmax(0,1fr)_4.5rem] sm:grid-cols-[1.25rem_minmax(0,0.9fr)_minmax(0,1fr)_minmax(0,1.2fr)_4.5rem]";

function Sensors({ site, draft, change, problem }: PartProps) {
  const known = useSensors(site);
  const kinds = [...new Set(known.data?.items.map(({ kind }) => kind))].sort();
  const set = (index: number, changes: Partial<SensorDraft>) =>
    change({ sensors: draft.sensors.map((sensor, i) => (i === index ? { ...sensor, ...changes } : sensor)) });
  if (draft.sensors.length === 0) {
    return <p className="text-muted">No number was found in the last payload: there is nothing to make a sensor of.</p>;
  }
  return (
    <fieldset>
      <legend className="mb-2 font-medium">Sensors</legend>
      <datalist id="known-kinds">
        {kinds.map((kind) => (
          <option key={kind} value={kind} />
        ))}
      </datalist>
      <div aria-hidden className={cn(line, "text-muted text-xs max-sm:hidden")}>
        <span /> <span>It said</span> <span>Name</span> <span>Kind</span> <span>Unit</span>
      </div>
      <ul className="grid gap-2 max-sm:gap-4">
        {draft.sensors.map((sensor, index) => {
          const wrong = problem?.at?.startsWith(`/sensors/${index}/`) ? problem : undefined;
          const what = sensor.field || "the number";
          return (
            <li key={sensor.field} className={cn(line, "gap-y-1.5 max-sm:rounded-md max-sm:border max-sm:p-2")}>
              <input
                type="checkbox"
                aria-label={`Make ${what} a sensor`}
                className="mt-2.5 size-4 cursor-pointer accent-primary max-sm:row-span-3"
                checked={sensor.wanted}
                onChange={({ target }) => set(index, { wanted: target.checked })}
              />
              <p className="min-w-0 pt-2 tabular-nums max-sm:col-span-2">
                {sensor.field && <code className="mr-1.5 break-all text-muted text-xs">{sensor.field.slice(1)}</code>}
                {sensor.value}
              </p>
              {(["name", "kind", "unit"] as const).map((key) => (
                <Input
                  key={key}
                  aria-label={`${key[0]?.toUpperCase()}${key.slice(1)} of ${what}`}
                  className={key === "name" ? "max-sm:col-span-2" : undefined}
                  placeholder={key === "unit" ? "none" : key}
                  aria-invalid={wrong?.at?.endsWith(`/${key}`) || undefined}
                  aria-describedby={wrong && `sensor-${index}-problem`}
                  list={key === "kind" ? "known-kinds" : undefined}
                  disabled={!sensor.wanted}
                  value={sensor[key]}
                  onChange={({ target }) => set(index, { [key]: target.value })}
                />
              ))}
              {wrong && (
                <p id={`sensor-${index}-problem`} role="alert" className="col-span-full text-critical text-xs sm:pl-7">
                  {wrong.text}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
