"use client";
// The parts of the rule form. Each control is named as the server names the field, so that what it says stands beside it.
import { Plus, Trash2 } from "lucide-react";
import { SeveritySelect } from "@/components/severity-select";
import { Button } from "@/components/ui/button";
import { Checkbox, Field, Select, Textarea } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AlarmRule, RuleLevel, Sensor, Severity } from "@/lib/api";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { statesOf } from "@/lib/units";
import { type Baseline, baselines, type LevelDraft, levelsFor, type RuleDraft, ruleTypes, whensOf } from "./rule-draft";

type Props = {
  site: string;
  draft: RuleDraft;
  problems: Record<string, string>;
  /** Of a rule that exists, type, kind and scope stay. */
  fixed: boolean;
  mayAll: boolean;
  unit: string;
  onChange: (changes: Partial<RuleDraft>) => void;
};

const words: Record<RuleLevel["when"], string> = {
  above: "above",
  below: "below",
  equals: "is",
  silent: "silent for",
};

function kindsOf(sensors: Sensor[], type: AlarmRule["type"]) {
  const isState = ({ unit }: Sensor) => unit === "";
  const fit = type === "state" ? sensors.filter(isState) : sensors.filter((sensor) => !isState(sensor));
  return [...new Set(fit.map(({ kind }) => kind))].sort();
}

export function WatchFields({ site, draft, problems, fixed, mayAll, onChange }: Props) {
  const sensors = useSensors(site).data?.items ?? [];
  const rooms = useRooms(site).data?.items ?? [];
  const racks = useRacks(site).data?.items ?? [];
  const { type, kind, scope } = draft;
  const kinds =
    type === "no-data" ? ["*", ...new Set(sensors.map(({ device_type }) => device_type))] : kindsOf(sensors, type);
  const roomName = (id: number | null) => rooms.find((room) => room.id === id)?.name;
  const places: Record<typeof scope.of, { value: string; label: string }[]> = {
    all: [],
    site: [],
    room: rooms.map(({ id, name }) => ({ value: String(id), label: name })),
    rack: racks.map(({ id, name, room_id }) => ({ value: String(id), label: `${roomName(room_id)} › ${name}` })),
    sensor: sensors
      .filter((sensor) => sensor.kind === kind)
      .map(({ id, name, device }) => ({ value: String(id), label: `${device} › ${name}` })),
  };
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Type" error={problems["/type"]}>
        {(control) => (
          <Select
            {...control}
            disabled={fixed}
            value={type}
            onChange={({ target }) => {
              const next = target.value as AlarmRule["type"];
              onChange({ type: next, kind: next === "no-data" ? "*" : "", levels: levelsFor(next) });
            }}
          >
            {Object.entries(ruleTypes).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Watches" error={problems["/kind"]}>
        {(control) => (
          <Select
            {...control}
            disabled={fixed}
            value={kind}
            onChange={({ target }) => onChange({ kind: target.value })}
          >
            <option value="">Choose a kind</option>
            {[...new Set([...kinds, kind].filter(Boolean))].map((each) => (
              <option key={each} value={each}>
                {each === "*" ? "every device" : each}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Holds for" error={problems["/scope"]} hint="The most specific rule of a kind wins">
        {(control) => (
          <Select
            {...control}
            disabled={fixed}
            value={scope.of}
            onChange={({ target }) => {
              const of = target.value as typeof scope.of;
              onChange({ scope: { of, id: of === "site" ? site : "" } });
            }}
          >
            {(mayAll || scope.of === "all") && <option value="all">All sites</option>}
            <option value="site">This site</option>
            <option value="room">A room</option>
            <option value="rack">A rack</option>
            {type !== "no-data" && <option value="sensor">A sensor</option>}
          </Select>
        )}
      </Field>
      {type === "deviation" && (
        <Field
          label="Measured from"
          error={problems["/baseline"]}
          hint={
            draft.baseline === "own"
              ? "The median of its daily means of the last 30 days, once there are three"
              : "Their median, of three that report at least"
          }
        >
          {(control) => (
            <Select
              {...control}
              value={draft.baseline}
              onChange={({ target }) => onChange({ baseline: target.value as Baseline })}
            >
              {Object.entries(baselines).map(([value, { long }]) => (
                <option key={value} value={value}>
                  {long}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {places[scope.of].length > 0 && (
        <Field label="Which one" error={problems[`/scope/${scope.of}_id`]}>
          {(control) => (
            <Select
              {...control}
              disabled={fixed}
              value={scope.id}
              onChange={({ target }) => onChange({ scope: { of: scope.of, id: target.value } })}
            >
              <option value="">Choose</option>
              {places[scope.of].map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </div>
  );
}

function LimitInput({
  draft,
  level,
  unit,
  control,
  onChange,
}: {
  draft: RuleDraft;
  level: LevelDraft;
  unit: string;
  control: object;
  onChange: (limit: string) => void;
}) {
  const states = draft.type === "state" ? statesOf(draft.kind) : [];
  if (states.length > 0) {
    return (
      <Select {...control} value={level.limit} onChange={({ target }) => onChange(target.value)}>
        <option value="">Choose a state</option>
        {states.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
    );
  }
  const suffix = draft.type === "no-data" ? "× interval" : draft.type === "rate" ? `${unit} in the window` : unit;
  return (
    <span className="flex items-center gap-2">
      <Input
        {...control}
        inputMode="decimal"
        className="min-w-16 text-right tabular-nums"
        value={level.limit}
        onChange={({ target }) => onChange(target.value)}
      />
      <span className="whitespace-nowrap text-muted">{suffix}</span>
    </span>
  );
}

export function LevelFields({ draft, problems, unit, onChange }: Props) {
  const { levels, type } = draft;
  const change = (key: number, changes: Partial<LevelDraft>) =>
    onChange({ levels: levels.map((level) => (level.key === key ? { ...level, ...changes } : level)) });
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-xs">Levels</legend>
      {levels.map((level, at) => {
        const problem = problems[`/levels/${at}/limit`] ?? problems[`/levels/${at}`];
        const name = `Level ${at + 1}`;
        return (
          <div key={level.key}>
            <div className="grid grid-cols-[6.5rem_1fr_auto] items-center gap-2 sm:grid-cols-[7rem_1fr_8rem_auto]">
              {whensOf[type].length > 1 ? (
                <Select
                  aria-label={`${name}, direction`}
                  value={level.when}
                  onChange={({ target }) => change(level.key, { when: target.value as RuleLevel["when"] })}
                >
                  {whensOf[type].map((when) => (
                    <option key={when} value={when}>
                      {words[when]}
                    </option>
                  ))}
                </Select>
              ) : (
                <span className="px-1 text-muted">{words[level.when]}</span>
              )}
              <LimitInput
                draft={draft}
                level={level}
                unit={unit}
                control={{ "aria-label": `${name}, limit`, ...(problem && { "aria-invalid": true }) }}
                onChange={(limit) => change(level.key, { limit })}
              />
              <SeveritySelect
                aria-label={`${name}, severity`}
                className="max-sm:col-span-2 max-sm:row-start-2"
                value={level.severity}
                onChange={({ target }) => change(level.key, { severity: target.value as Severity })}
              />
              <Button
                variant="ghost"
                size="icon"
                aria-label={`Remove level ${at + 1}`}
                disabled={levels.length === 1}
                onClick={() => onChange({ levels: levels.filter(({ key }) => key !== level.key) })}
              >
                <Trash2 aria-hidden />
              </Button>
            </div>
            {problem && <p className="mt-1 text-critical text-xs">{problem}</p>}
          </div>
        );
      })}
      {problems["/levels"] && <p className="text-critical text-xs">{problems["/levels"]}</p>}
      {levels.length < 8 && (
        <Button
          variant="ghost"
          size="small"
          className="justify-self-start"
          onClick={() => {
            const key = Math.max(...levels.map((level) => level.key)) + 1;
            onChange({
              levels: [...levels, { key, when: levels.at(-1)?.when ?? "above", limit: "", severity: "critical" }],
            });
          }}
        >
          <Plus aria-hidden /> Another level
        </Button>
      )}
    </fieldset>
  );
}

export function TimingFields({ draft, problems, unit, onChange }: Props) {
  const numbers = [
    { key: "dead_band", label: "Dead-band", suffix: unit, hint: "How far back inside the limit it must come to clear" },
    { key: "on_delay_s", label: "On-delay", suffix: "s", hint: "How long the condition must hold" },
    { key: "off_delay_s", label: "Off-delay", suffix: "s", hint: "How long it must be over" },
    ...(draft.type === "rate"
      ? [{ key: "window_s" as const, label: "Window", suffix: "s", hint: "Over how long the change is measured" }]
      : []),
  ] as const;
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      {numbers.map(({ key, label, suffix, hint }) => (
        <Field key={key} label={suffix ? `${label}, ${suffix}` : label} hint={hint} error={problems[`/${key}`]}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              className="text-right tabular-nums"
              value={draft[key]}
              onChange={({ target }) => onChange({ [key]: target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

export function WorkflowFields({ draft, problems, onChange }: Props) {
  return (
    <div className="grid gap-3">
      <Checkbox
        label="Enabled"
        hint="Otherwise nothing of this type is watched where it holds"
        checked={draft.enabled}
        onChange={({ target }) => onChange({ enabled: target.checked })}
      />
      <Checkbox
        label="Must be acknowledged"
        hint="Otherwise it resolves when it clears, acknowledged or not"
        checked={draft.ack_required}
        onChange={({ target }) => onChange({ ack_required: target.checked })}
      />
      <Checkbox
        label="Latching"
        hint="Stays until somebody resets it: smoke, leaks, trips"
        checked={draft.latching}
        onChange={({ target }) => onChange({ latching: target.checked })}
      />
      <Field label="What the operator is to do" error={problems["/instruction"]}>
        {(control) => (
          <Textarea
            {...control}
            maxLength={2000}
            value={draft.instruction}
            onChange={({ target }) => onChange({ instruction: target.value })}
          />
        )}
      </Field>
    </div>
  );
}
