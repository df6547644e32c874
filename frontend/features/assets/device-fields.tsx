"use client";
// The fields of a device: what it is, where it stands, who looks after it.
import type { ReactNode } from "react";
import type { Problems } from "@/components/settings-drawer";
import { Field, Select, Textarea } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Rack, Room, Sensor } from "@/lib/api";
import { type DeviceType, type Face, type Feeds, type Side, statuses } from "./assets-types";
import { type DeviceDraft, type Mount, withType } from "./device-draft";

export const roles = [
  ...["server", "blade-chassis", "storage", "switch", "router", "firewall", "patch-panel", "pdu", "ups"],
  ...["temperature-sensor", "cable-management", "blank", "other"],
];

type Props = {
  draft: DeviceDraft;
  problems: Problems;
  types: DeviceType[] | undefined;
  racks: Rack[] | undefined;
  rooms: Room[] | undefined;
  /** That measure power. */
  sensors: Sensor[] | undefined;
  onChange: (draft: DeviceDraft) => void;
};

const pair = "grid gap-3 sm:grid-cols-2";

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="mb-2 font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

export function TypeOptions({ types }: { types: DeviceType[] | undefined }) {
  const makers = [...new Set(types?.map(({ manufacturer }) => manufacturer))].sort();
  return makers.map((maker) => (
    <optgroup key={maker} label={maker}>
      {types
        ?.filter(({ manufacturer }) => manufacturer === maker)
        .map(({ id, model, height_u, width }) => (
          <option key={id} value={id}>
            {maker} {model} · {height_u} U{width === "half" ? ", half width" : ""}
          </option>
        ))}
    </optgroup>
  ));
}

export function DeviceFields({ draft, problems, types, racks, rooms, sensors, onChange }: Props) {
  const set = (changes: Partial<DeviceDraft>) => onChange({ ...draft, ...changes });
  const line = (key: keyof DeviceDraft, label: string, field: string, more: Record<string, unknown> = {}) => (
    <Field label={label} error={problems[`/${field}`]}>
      {(control) => (
        <Input
          {...control}
          value={draft[key]}
          maxLength={200}
          onChange={({ target }) => set({ [key]: target.value })}
          {...more}
        />
      )}
    </Field>
  );
  const roomName = (id: number) => rooms?.find((room) => room.id === id)?.name ?? "";
  const inRack = draft.rackId !== "";
  const placed = draft.mount === "rack" || draft.mount === "shelf";
  return (
    <>
      <Part title="What it is">
        <div className={pair}>
          {line("name", "Name", "name", { required: true })}
          <Field label="Status" error={problems["/status"]}>
            {(control) => (
              <Select
                {...control}
                value={draft.status}
                onChange={({ target }) => set({ status: target.value as DeviceDraft["status"] })}
              >
                {statuses.map((status) => (
                  <option key={status}>{status}</option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div className={pair}>
          <Field label="Device type" error={problems["/device_type_id"]} hint="Brings height, depth, weight and power">
            {(control) => (
              <Select
                {...control}
                value={draft.typeId}
                onChange={({ target }) =>
                  onChange(
                    withType(
                      draft,
                      types?.find(({ id }) => String(id) === target.value),
                    ),
                  )
                }
              >
                <option value="">Not known</option>
                <TypeOptions types={types} />
              </Select>
            )}
          </Field>
          {line("role", "Role", "role", { list: "device-roles" })}
          <datalist id="device-roles">
            {roles.map((role) => (
              <option key={role} value={role} />
            ))}
          </datalist>
        </div>
        <div className={pair}>
          {line("serial", "Serial number", "serial")}
          {line("assetTag", "Asset tag", "asset_tag")}
          {line("ip", "IP address", "ip")}
          <Field label="Feeds" error={problems["/feeds"]} hint="What its power inlets are plugged into">
            {(control) => (
              <Select
                {...control}
                value={draft.feeds}
                onChange={({ target }) => set({ feeds: target.value as "" | Feeds })}
              >
                <option value="">Not known</option>
                <option value="A">A</option>
                <option value="B">B</option>
                <option value="AB">A and B</option>
              </Select>
            )}
          </Field>
          <Field
            label="Power measured by"
            error={problems["/power_sensor_id"]}
            hint="Otherwise its type says what it draws as a rule"
          >
            {(control) => (
              <Select
                {...control}
                value={draft.powerSensorId}
                onChange={({ target }) => set({ powerSensorId: target.value })}
              >
                <option value="">Nothing</option>
                {sensors
                  ?.filter(
                    ({ id, rack_id }) => String(rack_id ?? "") === draft.rackId || String(id) === draft.powerSensorId,
                  )
                  .map(({ id, device, name }) => (
                    <option key={id} value={id}>
                      {device} · {name}
                    </option>
                  ))}
              </Select>
            )}
          </Field>
        </div>
      </Part>
      <Part title="Where it stands">
        <div className={pair}>
          <Field label="Rack" error={problems["/rack_id"]}>
            {(control) => (
              <Select
                {...control}
                value={draft.rackId}
                onChange={({ target }) =>
                  set({ rackId: target.value, ...(target.value === "" && { mount: "none" as const }) })
                }
              >
                <option value="">In no rack</option>
                {racks?.map(({ id, name, room_id }) => (
                  <option key={id} value={id}>
                    {roomName(room_id)} · {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {inRack ? (
            <Field label="Mounted" error={problems["/position/mount"]}>
              {(control) => (
                <Select
                  {...control}
                  value={draft.mount}
                  onChange={({ target }) => set({ mount: target.value as Mount })}
                >
                  <option value="rack">Between the rails</option>
                  <option value="shelf">On a shelf</option>
                  <option value="side">At a side, 0 U</option>
                  <option value="none">Place not known</option>
                </Select>
              )}
            </Field>
          ) : (
            <Field label="Room" error={problems["/room_id"]}>
              {(control) => (
                <Select {...control} value={draft.roomId} onChange={({ target }) => set({ roomId: target.value })}>
                  <option value="">In no room</option>
                  {rooms?.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        {inRack && draft.mount !== "none" && (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {placed && (
              <>
                {line("u", "Lowest U", "position/u", { type: "number", min: 1, max: 100 })}
                {line("height", "Height, U", "position/height_u", {
                  ...{ type: "number", min: 1, max: 60, placeholder: "as its type" },
                })}
              </>
            )}
            <Field label="Face" error={problems["/position/face"]}>
              {(control) => (
                <Select {...control} value={draft.face} onChange={({ target }) => set({ face: target.value as Face })}>
                  <option value="front">Front</option>
                  <option value="rear">Rear</option>
                  {placed && <option value="both">Both</option>}
                </Select>
              )}
            </Field>
            <Field label="Side" error={problems["/position/side"]} hint="As seen from the front">
              {(control) => (
                <Select {...control} value={draft.side} onChange={({ target }) => set({ side: target.value as Side })}>
                  {placed && <option value="full">Full width</option>}
                  <option value="left">Left</option>
                  <option value="right">Right</option>
                </Select>
              )}
            </Field>
          </div>
        )}
        {problems["/position"] && (
          <p role="alert" className="text-critical" data-testid="position-problem">
            {problems["/position"]}
          </p>
        )}
      </Part>
      <Part title="Who and since when">
        <div className={pair}>
          {line("owner", "Owner", "owner")}
          {line("tags", "Tags", "tags", { placeholder: "separated by commas" })}
          {line("installDate", "Installed on", "install_date", { type: "date" })}
          {line("warrantyUntil", "Warranty until", "warranty_until", { type: "date" })}
        </div>
        <Field label="Notes" error={problems["/notes"]}>
          {(control) => (
            <Textarea {...control} value={draft.notes} onChange={({ target }) => set({ notes: target.value })} />
          )}
        </Field>
      </Part>
    </>
  );
}
