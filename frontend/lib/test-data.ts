import type { Rack, Sensor } from "./api";

export function sensor(id: number, kind: string, more: Partial<Sensor> = {}): Sensor {
  return {
    id,
    kind,
    unit: kind === "rack-power" ? "kW" : "°C",
    site: "s",
    room_id: 1,
    rack_id: 1,
    device_id: 1,
    device_type: "temperature-sensor",
    device: "d",
    name: kind,
    topic: "t",
    field: "/value",
    expected_interval_s: 30,
    latest: null,
    stale: false,
    ...more,
  };
}

export function rack(name: string, ...sensors: Sensor[]): Rack {
  return { id: sensors[0]?.id ?? 0, room_id: 1, name, height_u: 42, rated_power_kw: 8, sensors };
}
