"use client";
// Makes a discovered topic the sensors of a device: the server's guess, to be corrected and confirmed. Then the device may get an account of its own.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DeviceCredentials } from "@/components/device-credentials";
import { EditDrawer } from "@/components/editing";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError, type DiscoveredTopic, get, type List, post, withQuery } from "@/lib/api";
import { useRacks, useSensors } from "@/lib/inventory";
import { type AdoptDraft, adoptionOf, draftOf, placeOf, type SensorDraft } from "./adopt-draft";

type Problem = { at: string | undefined; text: string };
type Props = { site: string; topic: DiscoveredTopic; onClose: () => void };

export function AdoptDrawer({ site, topic, onClose }: Props) {
  const [first] = useState(() => draftOf(topic));
  const [draft, setDraft] = useState(first);
  const client = useQueryClient();
  const adopt = useMutation({
    mutationFn: () =>
      post<{ id: number; name: string }>(withQuery("/api/discovered-topics/adopt", { site }), adoptionOf(topic, draft)),
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
          <div className="grid gap-4">
            <p role="status">It belongs to {adopted.name} now: from the next message on its readings are stored.</p>
            <DeviceCredentials deviceId={adopted.id} canEdit />
            <Button variant="primary" className="justify-self-end" onClick={close}>
              Done
            </Button>
          </div>
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
      <table className="w-full border-collapse">
        <thead className="text-left text-muted text-xs">
          <tr>
            {["", "Field", "Said", "Name", "Kind", "Unit"].map((label) => (
              <th key={label} scope="col" className="px-1 pb-1 font-medium">
                {label || <span className="sr-only">Make it a sensor</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {draft.sensors.map((sensor, index) => {
            const wrong = problem?.at?.startsWith(`/sensors/${index}/`) ? problem : undefined;
            const what = sensor.field || "the number";
            return (
              <tr key={sensor.field} className="align-top">
                <td className="px-1 py-1">
                  <input
                    type="checkbox"
                    aria-label={`Make ${what} a sensor`}
                    className="mt-2.5 size-4 cursor-pointer accent-primary"
                    checked={sensor.wanted}
                    onChange={({ target }) => set(index, { wanted: target.checked })}
                  />
                </td>
                <td className="px-1 pt-3">
                  <code className="break-all text-xs">{what}</code>
                  {wrong && (
                    <p role="alert" className="text-critical text-xs">
                      {wrong.text}
                    </p>
                  )}
                </td>
                <td className="px-1 pt-2.5 tabular-nums">{sensor.value}</td>
                {(["name", "kind", "unit"] as const).map((key) => (
                  <td key={key} className={key === "unit" ? "w-20 px-1 py-1" : "px-1 py-1"}>
                    <Input
                      aria-label={`${key} of ${what}`}
                      aria-invalid={wrong?.at?.endsWith(`/${key}`) || undefined}
                      list={key === "kind" ? "known-kinds" : undefined}
                      disabled={!sensor.wanted}
                      value={sensor[key]}
                      onChange={({ target }) => set(index, { [key]: target.value })}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </fieldset>
  );
}
