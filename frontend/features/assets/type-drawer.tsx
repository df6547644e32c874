"use client";
// A device type: what every device of it has in common.
import { useState } from "react";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { toast } from "@/components/toasts";
import { Checkbox, Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useMay } from "@/lib/roles";
import type { DeviceType } from "./assets-types";
import { roles } from "./device-fields";
import { type DeviceTypeDocument, fetchType, useRemoveType, useSaveType } from "./inventory-api";
import { amountOf, type Width, WidthField } from "./size-fields";
import { TypeImages } from "./type-images";

const fields = [
  ...["/manufacturer", "/model", "/role", "/height_u", "/width", "/full_depth", "/airflow", "/weight_kg"],
  ...["/power_typical_w", "/power_nameplate_w", "/inlets", "/part_number"],
];
const airflows = ["front-to-rear", "rear-to-front", "side-to-side", "passive"] as const;

type Props = { type: DeviceType | undefined; onClose: () => void };

/** What is edited stays what it was, also when the list behind it changes; theirs is taken on demand. */
export function TypeDrawer({ type, onClose }: Props) {
  const [base, setBase] = useState(type);
  return <Fields key={base?.version} type={base} onTakeTheirs={setBase} onClose={onClose} />;
}

function Fields({ type, onClose, onTakeTheirs }: Props & { onTakeTheirs: (theirs: DeviceType) => void }) {
  const may = useMay();
  const text = (value: number | string | null | undefined) =>
    value === null || value === undefined ? "" : String(value);
  const [draft, setDraft] = useState({
    ...{ manufacturer: text(type?.manufacturer), model: text(type?.model), role: type?.role ?? "server" },
    ...{ height_u: text(type?.height_u ?? 1), width: type?.width ?? ("full" as Width), airflow: text(type?.airflow) },
    ...{ full_depth: type?.full_depth ?? true, weight_kg: text(type?.weight_kg), inlets: text(type?.inlets ?? 2) },
    ...{ power_typical_w: text(type?.power_typical_w), power_nameplate_w: text(type?.power_nameplate_w) },
    part_number: text(type?.part_number),
  });
  const [problems, setProblems] = useState<Problems>({});
  const save = useSaveType();
  const removal = useRemoveType();
  const set = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const document: DeviceTypeDocument = {
    ...{ manufacturer: draft.manufacturer.trim(), model: draft.model.trim(), role: draft.role.trim() },
    ...{ height_u: amountOf(draft.height_u) ?? 0, width: draft.width, full_depth: draft.full_depth },
    ...{
      airflow: airflows.find((each) => each === draft.airflow) ?? null,
      weight_kg: amountOf(draft.weight_kg),
      inlets: amountOf(draft.inlets) ?? 0,
    },
    ...{ power_typical_w: amountOf(draft.power_typical_w), power_nameplate_w: amountOf(draft.power_nameplate_w) },
    part_number: draft.part_number.trim() || null,
  };
  type TextKey = Exclude<keyof typeof draft, "full_depth" | "width">;
  const line = (key: TextKey, label: string, more: Record<string, unknown> = {}, hint?: string) => (
    <Field label={label} error={problems[`/${key}`]} hint={hint}>
      {(control) => (
        <Input
          {...control}
          value={draft[key]}
          maxLength={100}
          onChange={({ target }) => set({ [key]: target.value })}
          {...more}
        />
      )}
    </Field>
  );
  const amount = { inputMode: "decimal" };
  return (
    <SettingsDrawer
      what="device type"
      title={type ? `${type.manufacturer} ${type.model}` : "New device type"}
      description={
        type
          ? type.devices === 1
            ? "1 device is of it"
            : `${type.devices} devices are of it`
          : "What all devices of it have in common"
      }
      over={type && { ...type, name: `${type.manufacturer} ${type.model}` }}
      document={document}
      busy={save.isPending || removal.isPending}
      readOnly={!may.manage}
      consequence="While devices are of it, it cannot be removed."
      fields={fields}
      problems={problems}
      onProblems={setProblems}
      onSave={async (over) => {
        await save.mutateAsync({ document, over });
        toast(`${document.manufacturer} ${document.model} is saved.`);
      }}
      onRemove={async (over) => {
        await removal.mutateAsync(over);
        toast(`${over.name} is removed.`);
      }}
      fetchTheirs={async ({ id }) => {
        const theirs = await fetchType(id);
        return { ...theirs, name: `${theirs.manufacturer} ${theirs.model}` };
      }}
      onTakeTheirs={onTakeTheirs}
      onClose={() => onClose()}
    >
      <fieldset disabled={!may.manage} className="grid min-w-0 gap-4">
        <div className="grid gap-3 sm:grid-cols-2">
          {line("manufacturer", "Manufacturer")}
          {line("model", "Model")}
          {line("role", "Role of its devices", { list: "type-roles" })}
          {line("part_number", "Part number")}
          <datalist id="type-roles">
            {roles.map((role) => (
              <option key={role} value={role} />
            ))}
          </datalist>
          {line("height_u", "Height, U", { type: "number", min: 0, max: 60 }, "0: hangs at a side")}
          <WidthField value={draft.width} error={problems["/width"]} onChange={(width) => set({ width })} />
          {line("weight_kg", "Weight, kg", amount)}
          <Field label="Airflow" error={problems["/airflow"]}>
            {(control) => (
              <Select {...control} value={draft.airflow} onChange={({ target }) => set({ airflow: target.value })}>
                <option value="">Not known</option>
                {airflows.map((airflow) => (
                  <option key={airflow}>{airflow}</option>
                ))}
              </Select>
            )}
          </Field>
          {line("power_typical_w", "Typical power, W", amount, "Counts where nothing is measured")}
          {line("power_nameplate_w", "Nameplate power, W", amount)}
          {line("inlets", "Power inlets", { type: "number", min: 0, max: 8 })}
        </div>
        <Checkbox
          label="Full depth"
          hint="Takes both faces of the rack"
          checked={draft.full_depth}
          onChange={({ target }) => set({ full_depth: target.checked })}
        />
      </fieldset>
      {type && <TypeImages type={type} readOnly={!may.manage} />}
    </SettingsDrawer>
  );
}
