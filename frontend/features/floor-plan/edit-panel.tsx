"use client";
// Beside a plan that is being edited: what is chosen in numbers, what waits to be placed, the room itself, and what is wrong.
import { Plus, Redo2, RotateCw, Trash2, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Point } from "./geometry";
import type { AisleType, Plan } from "./plan-api";
import { placed, taken, turned, withAisle, withBox, withRow } from "./plan-draft";
import { type ItemKey, itemsOf, keyOfRack, keyOfUnit } from "./scene";
import { unitKind } from "./units";
import type { Editor } from "./use-editor";

const classes: Plan["ashrae_class"][] = ["A1", "A2", "A3", "A4", "H1"];

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-2 border-t px-4 py-3 first:border-0">
      <h3 className="font-medium text-muted text-xs">{title}</h3>
      {children}
    </section>
  );
}

type NumberProps = { label: string; value: number; step?: number; min?: number; onChange: (value: number) => void };

/** What is half typed is not yet a number; it counts when it is one. */
function NumberField({ label, value, step = 0.1, min, onChange }: NumberProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText((known) => (Number(known) === value ? known : String(value))), [value]);
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="decimal"
          className="h-8 px-2 tabular-nums"
          step={step}
          min={min}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            const next = Number(target.value);
            if (target.value.trim() !== "" && Number.isFinite(next) && (min === undefined || next >= min))
              onChange(next);
          }}
          onBlur={() => setText(String(value))}
        />
      )}
    </Field>
  );
}

function ChosenFields({ editor, plan }: { editor: Editor; plan: Plan }) {
  const { chosen, change } = editor;
  const items = itemsOf(plan).filter(({ key }) => chosen.has(key));
  const [only] = items;
  const racks = plan.racks.filter(({ id }) => chosen.has(keyOfRack(id)));
  const rows = new Set(racks.map(({ row }) => row ?? ""));
  const unit =
    items.length === 1 && only?.kind === "unit" ? plan.units.find(({ device_id }) => device_id === only.id) : undefined;
  if (items.length === 0 || !only) {
    return (
      <p className="text-muted text-xs">
        Nothing is chosen. Click a rack, a unit or an aisle; Shift adds, and Shift with a drag over the floor chooses
        all inside. j and k go through all.
      </p>
    );
  }
  const set = (changes: Parameters<typeof withBox>[2]) => change((known) => withBox(known, only.key, changes));
  return (
    <>
      <p className="font-medium">{items.length === 1 ? only.name : `${items.length} things`}</p>
      {items.length === 1 && (
        <div className="grid grid-cols-2 gap-2">
          <NumberField label="x, m" value={only.box.x_m} onChange={(x_m) => set({ x_m })} />
          <NumberField label="y, m" value={only.box.y_m} onChange={(y_m) => set({ y_m })} />
          <NumberField label="Width, m" value={only.box.width_m} min={0.1} onChange={(width_m) => set({ width_m })} />
          <NumberField label="Depth, m" value={only.box.depth_m} min={0.1} onChange={(depth_m) => set({ depth_m })} />
          {only.kind !== "aisle" && (
            <NumberField
              label="Rotation, °"
              step={15}
              value={only.box.rotation_deg ?? 0}
              onChange={(degrees) => set({ rotation_deg: ((Math.round(degrees) % 360) + 360) % 360 })}
            />
          )}
        </div>
      )}
      {racks.length > 0 && (
        <Field label="Row" hint={rows.size > 1 ? "They are of several rows." : undefined}>
          {(control) => (
            <Input
              {...control}
              className="h-8 px-2"
              maxLength={20}
              value={rows.size === 1 ? ([...rows][0] ?? "") : ""}
              onChange={({ target }) => change((known) => withRow(known, chosen, target.value))}
            />
          )}
        </Field>
      )}
      {items.length === 1 && only.kind === "aisle" && (
        <div className="grid grid-cols-2 gap-2">
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                className="h-8 px-2"
                maxLength={60}
                value={plan.aisles[only.id]?.name ?? ""}
                onChange={({ target }) => change((known) => withAisleText(known, only.id, { name: target.value }))}
              />
            )}
          </Field>
          <Field label="Type">
            {(control) => (
              <Select
                {...control}
                className="h-8 px-2"
                value={plan.aisles[only.id]?.type}
                onChange={({ target }) =>
                  change((known) => withAisleText(known, only.id, { type: target.value as AisleType }))
                }
              >
                <option value="cold">cold</option>
                <option value="hot">hot</option>
              </Select>
            )}
          </Field>
        </div>
      )}
      {unit && (
        <p className="flex items-center justify-between gap-2 text-xs">
          serves {unit.serves.length} racks
          <Button
            size="small"
            aria-pressed={editor.serving === unit.device_id}
            variant={editor.serving === unit.device_id ? "primary" : "outline"}
            onClick={() => editor.serve(editor.serving === unit.device_id ? null : unit.device_id)}
          >
            {editor.serving === unit.device_id ? "Done" : "Pick racks"}
          </Button>
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="small" title="Turn by 90° (r)" onClick={() => change((known) => turned(known, chosen, 90))}>
          <RotateCw aria-hidden /> Turn
        </Button>
        <Button
          size="small"
          title="Delete"
          onClick={() => {
            change((known) => taken(known, chosen));
            editor.choose([]);
          }}
        >
          <Trash2 aria-hidden /> {items.every(({ kind }) => kind === "aisle") ? "Remove" : "Take from the floor"}
        </Button>
      </div>
    </>
  );
}

const withAisleText = (plan: Plan, index: number, changes: { name?: string; type?: AisleType }): Plan => ({
  ...plan,
  aisles: plan.aisles.map((aisle, at) => (at === index ? { ...aisle, ...changes } : aisle)),
});

function Waiting({ editor, plan, middle }: { editor: Editor; plan: Plan; middle: () => Point }) {
  const waiting: { key: ItemKey; name: string }[] = [
    ...plan.racks
      .filter(({ placement }) => !placement)
      .map(({ id, name }) => ({ key: keyOfRack(id), name: `Rack ${name}` })),
    ...plan.units
      .filter(({ placement }) => !placement)
      .map((unit) => ({ key: keyOfUnit(unit.device_id), name: `${unit.name} (${unitKind(unit)})` })),
  ];
  if (waiting.length === 0) return null;
  return (
    <Part title={`Not on the floor: ${waiting.length}`}>
      <ul className="grid max-h-40 gap-1 overflow-y-auto">
        {waiting.map(({ key, name }) => (
          <li key={key} className="flex items-center justify-between gap-2">
            <span className="truncate">{name}</span>
            <Button
              size="small"
              aria-label={`Place ${name}`}
              onClick={() => {
                editor.change((known) => placed(known, key, middle()));
                editor.choose([key]);
              }}
            >
              Place
            </Button>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Wrong({ editor, plan }: { editor: Editor; plan: Plan }) {
  const { problems, refusal } = editor;
  const names = new Map(itemsOf(plan).map(({ key, name }) => [key, name]));
  if (problems.size === 0 && !refusal) return null;
  return (
    <section aria-label="What is wrong" role="alert" className="grid gap-1 border-b bg-raised px-4 py-3 text-xs">
      {refusal && (
        <p data-testid="refusal" className="text-critical">
          {refusal.key && <strong>{names.get(refusal.key) ?? ""}: </strong>}
          {refusal.message}
        </p>
      )}
      {[...problems].slice(0, 5).map(([key, message]) => (
        <button
          key={key}
          type="button"
          className="cursor-pointer text-left text-critical hover:underline"
          onClick={() => editor.choose([key])}
        >
          {message}
        </button>
      ))}
      {problems.size > 5 && <p className="text-muted">and {problems.size - 5} more</p>}
    </section>
  );
}

type Props = { editor: Editor; plan: Plan; middle: () => Point; onLeave: () => void };

export function EditPanel({ editor, plan, middle, onLeave }: Props) {
  const { draft, change } = editor;
  if (!draft) return null;
  const addAisle = (type: AisleType) => {
    change((known) => withAisle(known, type, middle()));
    editor.choose([`aisle:${plan.aisles.length}`]);
  };
  return (
    <aside aria-label="Edit the plan" className="flex min-h-0 flex-col rounded-lg border bg-surface lg:w-80">
      <div className="flex items-center gap-1 border-b px-4 py-2">
        <h2 className="mr-auto font-semibold">Edit the plan</h2>
        <Button
          size="icon"
          variant="ghost"
          aria-label="Undo"
          title="Undo (Ctrl Z)"
          disabled={draft.past.length === 0}
          onClick={editor.undo}
        >
          <Undo2 aria-hidden />
        </Button>
        <Button
          size="icon"
          variant="ghost"
          aria-label="Redo"
          title="Redo (Ctrl Shift Z)"
          disabled={draft.future.length === 0}
          onClick={editor.redo}
        >
          <Redo2 aria-hidden />
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section tabIndex={0} aria-label="Fields" className="min-h-0 flex-1 overflow-y-auto">
        <Wrong editor={editor} plan={plan} />
        <Part title="Chosen">
          <ChosenFields key={[...editor.chosen].join()} editor={editor} plan={plan} />
        </Part>
        <Waiting editor={editor} plan={plan} middle={middle} />
        <Part title="Aisles">
          <ul className="grid gap-1">
            {plan.aisles.map((aisle, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an aisle is its place in the list
              <li key={index}>
                <button
                  type="button"
                  aria-pressed={editor.chosen.has(`aisle:${index}`)}
                  className="w-full cursor-pointer truncate rounded px-1 text-left hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium"
                  onClick={() => editor.choose([`aisle:${index}`])}
                >
                  {aisle.name} <span className="text-muted">{aisle.type}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="flex flex-wrap gap-2">
            <Button size="small" onClick={() => addAisle("cold")}>
              <Plus aria-hidden /> Cold aisle
            </Button>
            <Button size="small" onClick={() => addAisle("hot")}>
              <Plus aria-hidden /> Hot aisle
            </Button>
          </div>
        </Part>
        <Part title="Room">
          <div className="grid grid-cols-2 gap-2">
            <NumberField
              label="Width, m"
              value={plan.width_m}
              min={1}
              onChange={(width_m) => change((known) => ({ ...known, width_m }))}
            />
            <NumberField
              label="Depth, m"
              value={plan.depth_m}
              min={1}
              onChange={(depth_m) => change((known) => ({ ...known, depth_m }))}
            />
            <Field label="ASHRAE class">
              {(control) => (
                <Select
                  {...control}
                  className="h-8 px-2"
                  value={plan.ashrae_class}
                  onChange={({ target }) =>
                    change((known) => ({ ...known, ashrae_class: target.value as Plan["ashrae_class"] }))
                  }
                >
                  {classes.map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </Part>
      </section>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        <span className="mr-auto text-muted text-xs">{editor.dirty ? "not saved" : "no changes"}</span>
        <Button onClick={onLeave}>{editor.dirty ? "Discard" : "Close"}</Button>
        <Button
          variant="primary"
          disabled={!editor.dirty || editor.saving || editor.problems.size > 0}
          onClick={() => editor.save()}
        >
          {editor.saving ? "Saving …" : "Save"}
        </Button>
      </div>
    </aside>
  );
}
