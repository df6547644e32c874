"use client";
// The same change to many devices: all of them or none.
import { useState } from "react";
import { EditDrawer } from "@/components/editing";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Checkbox, Select, Textarea } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError } from "@/lib/api";
import { type DeviceInput, useDeviceTypes, useTellWithUndo } from "./assets-api";
import { type Device, statuses } from "./assets-types";
import { roles, TypeOptions } from "./device-fields";
import { useBulk } from "./inventory-api";

const fields = {
  status: { label: "Status", kind: "status", first: "active" },
  owner: { label: "Owner", kind: "text", first: "" },
  role: { label: "Role", kind: "role", first: "server" },
  device_type_id: { label: "Device type", kind: "type", first: "" },
  feeds: { label: "Feeds", kind: "feeds", first: "" },
  install_date: { label: "Installed on", kind: "date", first: "" },
  warranty_until: { label: "Warranty until", kind: "date", first: "" },
  tags: { label: "Tags", kind: "text", first: "" },
  notes: { label: "Notes", kind: "long", first: "" },
} as const;
type Key = keyof typeof fields;

/** What is empty becomes null: it is cleared. */
function bulkSet(values: Partial<Record<Key, string>>): DeviceInput {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (key === "tags") {
        const tags = value.split(",").map((tag) => tag.trim());
        return [key, tags.filter(Boolean)];
      }
      if (key === "device_type_id") return [key, value === "" ? null : Number(value)];
      return [key, value.trim() || null];
    }),
  ) as DeviceInput;
}

type Props = { site: string; devices: Device[]; onClose: (done: boolean) => void };

export function BulkDrawer({ site, devices, onClose }: Props) {
  const [values, setValues] = useState<Partial<Record<Key, string>>>({});
  const [failed, setFailed] = useState<{ field?: string; text: string }>();
  const [removing, setRemoving] = useState(false);
  const types = useDeviceTypes().data?.items;
  const bulk = useBulk(site);
  const tell = useTellWithUndo(site);
  const given = Object.keys(values).length;
  const some = devices.length === 1 ? "1 device" : `${devices.length} devices`;

  function fail(error: Error) {
    const field = error instanceof ApiError ? error.field : undefined;
    const [, at, key] = /\/?(?:changes|delete)\/(\d+)(?:\/set\/(\w+))?/.exec(field ?? "") ?? [];
    const which = at === undefined ? undefined : devices[Number(at)]?.name;
    setFailed({ field: key, text: which ? `${which}: ${error.message}` : error.message });
    setRemoving(false);
  }
  const save = () => {
    setFailed(undefined);
    const set = bulkSet(values);
    bulk.mutate(
      { changes: devices.map(({ id, version }) => ({ id, version, set })) },
      {
        onSuccess: ({ batch_id }) => {
          tell(`${some} changed.`, { batchId: batch_id });
          onClose(true);
        },
        onError: fail,
      },
    );
  };
  const removeAll = () =>
    bulk.mutate(
      { delete: devices.map(({ id, version }) => ({ id, version })) },
      {
        onSuccess: ({ batch_id }) => {
          tell(`${some} removed.`, { batchId: batch_id });
          onClose(true);
        },
        onError: fail,
      },
    );

  function control(key: Key) {
    const { label, kind } = fields[key];
    const shared = {
      "aria-label": `New value of ${label}`,
      value: values[key] ?? "",
      onChange: ({ target }: { target: { value: string } }) => setValues({ ...values, [key]: target.value }),
      ...(failed?.field === key && { "aria-invalid": true as const }),
    };
    if (kind === "long") return <Textarea {...shared} />;
    if (kind === "text" || kind === "date") {
      const placeholder = kind === "date" ? undefined : key === "tags" ? "separated by commas" : "empty: cleared";
      return <Input {...shared} type={kind} placeholder={placeholder} />;
    }
    const options =
      kind === "status" ? [...statuses] : kind === "role" ? roles : kind === "feeds" ? ["A", "B", "AB"] : [];
    return (
      <Select {...shared}>
        {(kind === "type" || kind === "feeds") && <option value="">Not known</option>}
        {kind === "type" && <TypeOptions types={types} />}
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </Select>
    );
  }

  return (
    <EditDrawer
      open
      dirty={given > 0}
      onClose={() => onClose(false)}
      title={`Edit ${some}`}
      description="Choose what is to be the same for all of them; the rest stays as it is."
    >
      {(close) => (
        <form
          noValidate
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          {(Object.keys(fields) as Key[]).map((key) => (
            <div key={key} className="grid grid-cols-[9rem_1fr] items-center gap-x-3">
              <Checkbox
                label={fields[key].label}
                checked={key in values}
                onChange={({ target }) => {
                  const { [key]: _, ...rest } = values;
                  setValues(target.checked ? { ...values, [key]: fields[key].first } : rest);
                }}
              />
              {key in values ? control(key) : <span className="flex h-9 items-center text-muted">stays as it is</span>}
            </div>
          ))}
          {failed && (
            <p role="alert" className="text-critical">
              {failed.text}
            </p>
          )}
          <div className="sticky -bottom-4 z-10 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t bg-surface p-4">
            <Button variant="ghost" className="mr-auto text-critical" onClick={() => setRemoving(true)}>
              Remove all
            </Button>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={given === 0 || bulk.isPending}>
              {bulk.isPending ? "Saving …" : `Change ${some}`}
            </Button>
          </div>
          <Dialog
            open={removing}
            onClose={() => setRemoving(false)}
            title={`Remove ${some}?`}
            description="Their places become free. All of it can be undone."
          >
            <div className="flex justify-end gap-2">
              <Button onClick={() => setRemoving(false)}>Keep them</Button>
              <Button variant="primary" disabled={bulk.isPending} onClick={removeAll}>
                Remove
              </Button>
            </div>
          </Dialog>
        </form>
      )}
    </EditDrawer>
  );
}
