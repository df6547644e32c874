// What the server says of devices, their types, racks, reservations and capacity. A position is told apart by how it is mounted.
import type { components } from "@/lib/api-types.gen";

type Schemas = components["schemas"];

export type Face = "front" | "rear" | "both";
/** As seen from the front. */
export type Side = "left" | "right" | "full";
export type Slot = { u: number; height_u: number; face: Face; side: Side };
export type Position =
  | ({ mount: "rack" | "shelf" } & Slot)
  | { mount: "side"; face: "front" | "rear"; side: "left" | "right" };

export type DeviceType = Schemas["DeviceType"];

export const statuses = ["planned", "active", "offline", "decommissioned"] as const;
export type DeviceStatus = (typeof statuses)[number];
export type Feeds = "A" | "B" | "AB";
export type Device = Omit<Schemas["Device"], "position"> & { position: Position | null };
export type Reservation = Schemas["Reservation"];

export type Over = "power" | "surviving-feed" | "weight" | "cooling";
export type Capacity = {
  u: { total: number; used: number; reserved: number; blocked: number; free: number; largest_free_block: number };
  power_kw: {
    rated: number | null;
    measured: number | null;
    measured_coverage: number;
    typical: number;
    nameplate: number;
    reserved: number;
    load: number;
    surviving_feed: number | null;
    surviving_feed_rated: number | null;
  };
  weight_kg: { limit: number | null; used: number };
  cooling_kw: { limit: number | null; load: number };
  devices: number;
  racks: number;
  racks_over: number;
  over: Over[];
  stranded: { u: number; reason: string } | null;
};

export type RackElevation = Omit<Schemas["RackElevation"], "devices" | "capacity"> & {
  devices: Device[];
  /** Not there while the server cannot say. */
  capacity?: Capacity;
};

export type Move = { id: number; version: number; rack_id: number | null; position: Position | null };
export type Verdict = Schemas["DeviceMoves"]["verdicts"][number];
export type FieldChange = Schemas["FieldChange"];
