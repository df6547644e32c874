// A device as its form holds it, all text, and what of it goes to the server: all of a new one, of one that is there only what was changed.
import type { DeviceInput } from "./assets-api";
import type { Device, DeviceStatus, DeviceType, Face, Feeds, Position, Side } from "./assets-types";

export type Mount = "rack" | "shelf" | "side" | "none";
export type DeviceDraft = {
  name: string;
  role: string;
  typeId: string;
  status: DeviceStatus;
  serial: string;
  assetTag: string;
  ip: string;
  owner: string;
  tags: string;
  installDate: string;
  warrantyUntil: string;
  feeds: "" | Feeds;
  powerSensorId: string;
  notes: string;
  roomId: string;
  rackId: string;
  mount: Mount;
  u: string;
  height: string;
  face: Face;
  side: Side;
};

const text = (value: string | number | null) => (value === null ? "" : String(value));

function placeOf(position: Position | null): Pick<DeviceDraft, "mount" | "u" | "height" | "face" | "side"> {
  if (!position) return { mount: "none", u: "", height: "", face: "front", side: "full" };
  const { mount, face, side } = position;
  if (position.mount === "side") return { mount, u: "", height: "", face, side };
  return { mount, u: text(position.u), height: text(position.height_u), face, side };
}

export function draftOf(device: Device): DeviceDraft {
  return {
    ...{ name: device.name, role: device.role, status: device.status },
    typeId: text(device.device_type?.id ?? null),
    ...{
      serial: text(device.serial),
      assetTag: text(device.asset_tag),
      ip: text(device.ip),
      owner: text(device.owner),
    },
    ...{ tags: device.tags.join(", "), installDate: text(device.install_date) },
    ...{ warrantyUntil: text(device.warranty_until), feeds: device.feeds ?? "", notes: text(device.notes) },
    powerSensorId: text(device.power_sensor_id),
    ...{ roomId: text(device.room_id), rackId: text(device.rack_id) },
    ...placeOf(device.position),
  };
}

export function newDraft(more: Partial<DeviceDraft> = {}): DeviceDraft {
  return {
    ...{ name: "", role: "server", typeId: "", status: "active", serial: "", assetTag: "", ip: "", owner: "" },
    ...{
      tags: "",
      installDate: "",
      warrantyUntil: "",
      feeds: "",
      powerSensorId: "",
      notes: "",
      roomId: "",
      rackId: "",
    },
    ...{ mount: "none", u: "", height: "", face: "front", side: "full" },
    ...more,
  };
}

/** What a type says of a device that is to be of it. A height or face that was typed gives way: the type knows. */
export function withType(draft: DeviceDraft, type: DeviceType | undefined): DeviceDraft {
  if (!type) return { ...draft, typeId: "" };
  const mount = type.height_u === 0 ? "side" : draft.mount === "side" ? "rack" : draft.mount;
  const side = type.width === "full" ? "full" : draft.side === "full" ? "left" : draft.side;
  return {
    ...draft,
    ...{ typeId: String(type.id), role: type.role },
    ...(draft.mount !== "none" && {
      mount,
      height: type.height_u === 0 ? "" : String(type.height_u),
      face:
        mount === "side" && draft.face === "both" ? "rear" : type.full_depth && mount !== "side" ? "both" : draft.face,
      side: mount === "side" ? (draft.side === "full" ? "left" : draft.side) : side,
    }),
  };
}

const orNull = (value: string) => value.trim() || null;
const numberOrNull = (value: string) => (value.trim() === "" ? null : Number(value));

/** A height that is left out comes from the type. */
function positionOf({ mount, u, height, face, side }: DeviceDraft): Position | null {
  if (mount === "none") return null;
  if (mount === "side") return { mount, face: face === "both" ? "rear" : face, side: side === "full" ? "left" : side };
  const given = numberOrNull(height);
  return { mount, u: Number(u), ...(given !== null && { height_u: given }), face, side } as Position;
}

export function documentOf(draft: DeviceDraft): DeviceInput {
  const rackId = numberOrNull(draft.rackId);
  return {
    ...{ name: draft.name.trim(), role: draft.role.trim(), status: draft.status },
    ...{ device_type_id: numberOrNull(draft.typeId), power_sensor_id: numberOrNull(draft.powerSensorId) },
    ...{ serial: orNull(draft.serial), asset_tag: orNull(draft.assetTag), ip: orNull(draft.ip) },
    ...{ owner: orNull(draft.owner), install_date: orNull(draft.installDate) },
    ...{ warranty_until: orNull(draft.warrantyUntil), notes: orNull(draft.notes), feeds: draft.feeds || null },
    tags: draft.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    // The rack knows its room.
    ...(rackId === null && { room_id: numberOrNull(draft.roomId) }),
    rack_id: rackId,
    position: rackId === null ? null : positionOf(draft),
  };
}

/** Of two documents: the fields in which they differ. */
export function changesOf(before: DeviceInput, after: DeviceInput): DeviceInput {
  const changed = Object.entries(after).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof DeviceInput]),
  );
  return Object.fromEntries(changed) as DeviceInput;
}

/** What need not be said of a new one. */
export const withoutNulls = (document: DeviceInput) =>
  Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
  ) as DeviceInput;
