import type { Capacity, Device, Position, RackElevation, Reservation, Slot } from "./assets-types";

export const at = (u: number, height_u = 1, more: Partial<Slot> = {}): Position => ({
  ...{ mount: "rack", u, height_u, face: "both", side: "full" },
  ...more,
});

export function device(id: number, more: Partial<Device> = {}): Device {
  return {
    ...{ id, version: 1, name: `srv-${id}`, role: "server", status: "active" },
    device_type: {
      ...{ id: 1, manufacturer: "Nordwind", model: "R210", height_u: 1, full_depth: true, width: "full" },
    },
    ...{ rack_id: 1, rack: "A01", room_id: 1, room: "Room 1", site: "s", position: null, feeds: "AB" },
    power: { watts: 200, measured: false, ts: null },
    ...{
      monitored: false,
      sensors: 0,
      power_sensor_id: null,
      owner: null,
      serial: `SN${id}`,
      ip: null,
      asset_tag: null,
    },
    ...{ install_date: null, warranty_until: null, notes: null, tags: [], updated_at: "2026-11-25T12:00:00Z" },
    ...more,
  };
}

export const reservation = (id: number, slot: Partial<Slot>, more: Partial<Reservation> = {}): Reservation => ({
  ...{
    id,
    rack_id: 1,
    u: 1,
    height_u: 1,
    face: "both",
    side: "full",
    kind: "reserved",
    owner: "Payments",
    reason: "",
  },
  ...{ expires_at: null, device_type_id: null, power_w: null, weight_kg: null },
  ...{ created_by: "admin@demo.test", created_at: "2026-11-25T12:00:00Z" },
  ...slot,
  ...more,
});

export const capacity = (more: Partial<Capacity> = {}): Capacity => ({
  u: { total: 42, used: 20, reserved: 2, blocked: 1, free: 19, largest_free_block: 12 },
  power_kw: {
    ...{ rated: 8, measured: 4.2, measured_coverage: 1, typical: 5, nameplate: 9 },
    ...{ reserved: 0.4, load: 5, surviving_feed: 4.2, surviving_feed_rated: 8 },
  },
  weight_kg: { limit: 1000, used: 420 },
  cooling_kw: { limit: null, load: 5 },
  ...{ devices: 14, racks: 1, racks_over: 0 },
  over: [],
  stranded: null,
  ...more,
});

export const rackOf = (id: number, devices: Device[], more: Partial<RackElevation> = {}): RackElevation => ({
  ...{
    id,
    version: 1,
    site: "s",
    name: `A0${id}`,
    room_id: 1,
    room: "Room 1",
    row: "A",
    feed_rating_kw: null,
    height_u: 42,
    rated_power_kw: 8,
    weight_limit_kg: 1000,
    cooling_kw: null,
  },
  ...{ devices, reservations: [], capacity: capacity() },
  ...more,
});
