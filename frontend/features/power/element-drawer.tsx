"use client";
// An element of the chain: what it is, what it draws from and in which order, what it may carry, what it loses, and what measures it.
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useState } from "react";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Rack, Room, Sensor, Site } from "@/lib/api";
import { ApiError } from "@/lib/api";
import { type Draft, documentOf, draftOf, newDraft, possibleInputs } from "./element-draft";
import { kindWords } from "./looks";
import { fetchElement, useRemoveElement, useSaveElement } from "./power-api";
import { type Element, kinds, loadKinds, type Measure, measures } from "./power-types";

const fields = [
  ...["name", "kind", "inputs", "room_id", "rack_id", "side", "device_id", "rated_kw", "breaker_a", "phases"],
  ...["voltage_v", "continuous", "losses/no_load", "losses/proportional", "losses/square", "losses", "load_kind"],
  ...measures.map((measure) => `sensors/${measure}`),
  "sensors",
].map((name) => `/${name}`);

const measureWords: Record<Measure, { label: string; units: string[] }> = {
  power: { label: "Power that it gives", units: ["kW", "W"] },
  input_power: { label: "Power that it takes", units: ["kW", "W"] },
  energy: { label: "Energy counter", units: ["kWh", "Wh", "MWh"] },
  current_l1: { label: "Current L1", units: ["A"] },
  current_l2: { label: "Current L2", units: ["A"] },
  current_l3: { label: "Current L3", units: ["A"] },
};

type Given = {
  site: Site;
  elements: Element[];
  racks: Rack[];
  rooms: Room[];
  sensors: Sensor[];
};

type PartProps = Given & {
  draft: Draft;
  problems: Problems;
  change: (some: Partial<Draft>) => void;
  self: number | undefined;
};

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, "en", { numeric: true });

/** In the order of preference: the first that is alive carries. */
function Inputs({ draft, problems, change, elements, self }: PartProps) {
  const names = new Map(elements.map(({ id, name }) => [id, name]));
  const offered = possibleInputs(elements, self).filter((id) => !draft.inputs.includes(id));
  const move = (at: number, by: number) => {
    const inputs = [...draft.inputs];
    const [taken] = inputs.splice(at, 1);
    if (taken !== undefined) inputs.splice(at + by, 0, taken);
    change({ inputs });
  };
  return (
    <Field
      label="Draws from"
      hint="It draws from the first of these that is alive. A source draws from none."
      error={problems["/inputs"]}
    >
      {(control) => (
        <div className="grid gap-2">
          {draft.inputs.length > 0 && (
            <ol className="rounded-md border">
              {draft.inputs.map((id, at) => (
                <li key={id} className="flex items-center gap-1 border-t px-3 py-1 first:border-t-0">
                  <span className="w-5 text-muted text-xs tabular-nums">{at + 1}</span>
                  <span className="flex-1">{names.get(id) ?? `element ${id}`}</span>
                  <Button
                    size="tiny"
                    variant="ghost"
                    aria-label={`${names.get(id)} earlier`}
                    disabled={at === 0}
                    onClick={() => move(at, -1)}
                  >
                    <ArrowUp aria-hidden />
                  </Button>
                  <Button
                    size="tiny"
                    variant="ghost"
                    aria-label={`${names.get(id)} later`}
                    disabled={at === draft.inputs.length - 1}
                    onClick={() => move(at, 1)}
                  >
                    <ArrowDown aria-hidden />
                  </Button>
                  <Button
                    size="tiny"
                    variant="ghost"
                    aria-label={`Not from ${names.get(id)}`}
                    onClick={() => change({ inputs: draft.inputs.filter((each) => each !== id) })}
                  >
                    <X aria-hidden />
                  </Button>
                </li>
              ))}
            </ol>
          )}
          <Select
            {...control}
            value=""
            onChange={({ target }) => target.value && change({ inputs: [...draft.inputs, Number(target.value)] })}
          >
            <option value="">Add what it draws from …</option>
            {offered.map((id) => (
              <option key={id} value={id}>
                {names.get(id)}
              </option>
            ))}
          </Select>
        </div>
      )}
    </Field>
  );
}

function Place({ draft, problems, change, racks, rooms, sensors }: PartProps) {
  const devices = [
    ...new Map(sensors.map(({ device_id, device }) => [device_id, { id: device_id, name: device }])).values(),
  ];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {draft.kind === "rack-feed" ? (
        <Field label="Rack" error={problems["/rack_id"]}>
          {(control) => (
            <Select
              {...control}
              value={draft.rack}
              onChange={({ target }) => {
                const rack = racks.find(({ id }) => String(id) === target.value);
                change({ rack: target.value, room: rack ? String(rack.room_id) : draft.room });
              }}
            >
              <option value="">–</option>
              {racks.toSorted(byName).map(({ id, name, room_id }) => (
                <option key={id} value={id}>
                  {name}, {rooms.find((room) => room.id === room_id)?.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label="Room" error={problems["/room_id"] ?? problems["/rack_id"]}>
          {(control) => (
            <Select {...control} value={draft.room} onChange={({ target }) => change({ room: target.value, rack: "" })}>
              <option value="">None</option>
              {rooms.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Field label="Side" hint="Of the two supplies" error={problems["/side"]}>
        {(control) => (
          <Select
            {...control}
            value={draft.side}
            onChange={({ target }) => change({ side: target.value as Draft["side"] })}
          >
            <option value="">{draft.kind === "rack-feed" ? "–" : "Neither"}</option>
            <option value="A">A</option>
            <option value="B">B</option>
          </Select>
        )}
      </Field>
      <Field
        label="Device"
        hint="That it is, or that measures it"
        error={problems["/device_id"]}
        className="sm:col-span-2"
      >
        {(control) => (
          <Select {...control} value={draft.device} onChange={({ target }) => change({ device: target.value })}>
            <option value="">None</option>
            {devices.toSorted(byName).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

function Rating({ draft, problems, change }: PartProps) {
  const text = (label: string, key: keyof Draft, pointer: string, hint?: string) => (
    <Field label={label} hint={hint} error={problems[pointer]}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          value={String(draft[key])}
          onChange={({ target }) => change({ [key]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
      <Field label="Rated by">
        {(control) => (
          <Select
            {...control}
            value={draft.ratedBy}
            onChange={({ target }) => change({ ratedBy: target.value as Draft["ratedBy"] })}
          >
            <option value="kw">Power</option>
            <option value="breaker">Breaker</option>
            <option value="none">Not known</option>
          </Select>
        )}
      </Field>
      {draft.ratedBy === "kw" && text("Rating, kW", "ratedKw", "/rated_kw")}
      {draft.ratedBy === "breaker" && text("Breaker, A", "breakerA", "/breaker_a")}
      {text("Continuous, %", "continuous", "/continuous", "What it may carry for hours")}
      <Field label="Phases" error={problems["/phases"]}>
        {(control) => (
          <Select {...control} value={draft.phases} onChange={({ target }) => change({ phases: target.value })}>
            <option value="3">3</option>
            <option value="1">1</option>
          </Select>
        )}
      </Field>
      {text("Voltage, V", "voltage", "/voltage_v", "Line to neutral")}
      {draft.kind === "load" ? (
        <Field label="What it is for" error={problems["/load_kind"]}>
          {(control) => (
            <Select
              {...control}
              value={draft.loadKind}
              onChange={({ target }) => change({ loadKind: target.value as Draft["loadKind"] })}
            >
              {loadKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kind === "it" ? "IT" : kind}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label="Losses" error={problems["/losses"]}>
          {(control) => (
            <Select
              {...control}
              value={draft.losses}
              onChange={({ target }) => change({ losses: target.value as Draft["losses"] })}
            >
              <option value="none">Not modelled</option>
              <option value="given">By a model</option>
            </Select>
          )}
        </Field>
      )}
      {draft.kind !== "load" && draft.losses === "given" && (
        <>
          {text("No load, %", "noLoad", "/losses/no_load", "Of the rating, always")}
          {text("Proportional, %", "proportional", "/losses/proportional")}
          {text("Square, %", "square", "/losses/square")}
        </>
      )}
    </div>
  );
}

function Measures({ draft, problems, change, sensors }: PartProps) {
  const nameOf = ({ device, name }: Sensor) => `${device} · ${name}`;
  // Those of its device first: they are the likely ones.
  const own = (sensor: Sensor) => String(sensor.device_id) === draft.device;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {measures.map((measure) => {
        const { label, units } = measureWords[measure];
        const possible = sensors
          .filter(({ unit }) => units.includes(unit))
          .sort(
            (a, b) => Number(own(b)) - Number(own(a)) || nameOf(a).localeCompare(nameOf(b), "en", { numeric: true }),
          );
        return (
          <Field
            key={measure}
            label={label}
            error={problems[`/sensors/${measure}`] ?? (measure === "power" ? problems["/sensors"] : undefined)}
          >
            {(control) => (
              <Select
                {...control}
                value={draft.sensors[measure]}
                onChange={({ target }) => change({ sensors: { ...draft.sensors, [measure]: target.value } })}
              >
                <option value="">Not measured</option>
                {possible.map((sensor) => (
                  <option key={sensor.id} value={sensor.id}>
                    {nameOf(sensor)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        );
      })}
    </div>
  );
}

type Props = Given & {
  /** Undefined: a new one. */
  element: Element | undefined;
  mayEdit: boolean;
  onClose: (told?: string) => void;
};

export function ElementDrawer({ element, mayEdit, onClose, ...given }: Props) {
  const { site, elements } = given;
  const [over, setOver] = useState(element);
  const [draft, setDraft] = useState(() => (element ? draftOf(element) : newDraft()));
  const [problems, setProblems] = useState<Problems>({});
  const save = useSaveElement(site.code);
  const removal = useRemoveElement(site.code);
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const part: PartProps = { ...given, draft, problems, change, self: over?.id };
  const below = elements.filter(({ inputs }) => over && inputs.includes(over.id)).length;
  return (
    <SettingsDrawer<Element>
      wide
      what="element"
      title={over?.name ?? "New element"}
      description={over ? `${kindWords[over.kind]} · version ${over.version}` : "A part of the power chain"}
      over={over}
      document={draft}
      busy={save.isPending || removal.isPending}
      readOnly={!mayEdit}
      onSave={async (onto) => {
        const made = documentOf(draft);
        if ("problems" in made) {
          const [first = ["", ""]] = Object.entries(made.problems);
          throw new ApiError(400, first[1], first[0]);
        }
        await save.mutateAsync({ document: made.document, over: onto });
      }}
      onRemove={mayEdit ? (known) => removal.mutateAsync(known) : undefined}
      consequence={
        below > 0 ? `${below} ${below === 1 ? "element draws" : "elements draw"} from it.` : "Nothing draws from it."
      }
      fetchTheirs={(known) => fetchElement(site.code, known.id)}
      onTakeTheirs={(theirs) => {
        setOver(theirs);
        setDraft(draftOf(theirs));
      }}
      onClose={onClose}
      fields={fields}
      problems={problems}
      onProblems={setProblems}
    >
      <fieldset disabled={!mayEdit} className="grid min-w-0 gap-5">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" error={problems["/name"]}>
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                value={draft.name}
                onChange={({ target }) => change({ name: target.value })}
              />
            )}
          </Field>
          <Field label="Kind" error={problems["/kind"]}>
            {(control) => (
              <Select
                {...control}
                value={draft.kind}
                onChange={({ target }) => change({ kind: target.value as Draft["kind"] })}
              >
                {kinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {kindWords[kind]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Inputs {...part} />
        <Place {...part} />
        <Rating {...part} />
        <section aria-label="Measured by" className="grid gap-3 border-t pt-4">
          <h3 className="font-medium">Measured by</h3>
          <Measures {...part} />
        </section>
      </fieldset>
      {!mayEdit && <p className="text-muted">Your role may look at elements only.</p>}
    </SettingsDrawer>
  );
}
