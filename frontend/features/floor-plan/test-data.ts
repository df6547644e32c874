import type { Rack, Room, Sensor } from "@/lib/api";
import type { Reading } from "@/lib/readings-store";
import { type OpenAlarms, type Source, sensorsOf } from "./layers";
import type { Plan, PlanRack } from "./plan-api";

export const now = 1_763_900_000_000;

const unitOf: Record<string, string> = { "rack-power": "kW", "inlet-humidity": "%RH" };

export function sensor(id: number, kind: string, more: Partial<Sensor> = {}): Sensor {
  return {
    ...{ id, kind, unit: unitOf[kind] ?? "°C", site: "s", room_id: 1, rack_id: 1, device_id: 1, device: "d" },
    ...{ device_type: "temperature-sensor", name: kind, topic: "t", field: "/value", expected_interval_s: 30 },
    ...{ latest: null, stale: false },
    ...more,
  };
}

const kinds = ["inlet-temperature", "outlet-temperature", "inlet-humidity", "rack-power"];

/** Its sensors are 10 × id + 1 … 4: inlet, outlet, humidity, power. */
export function rackOf(id: number, name: string, ratedKw: number | null = 8): Rack {
  const sensors = kinds.map((kind, at) => sensor(10 * id + at + 1, kind, { rack_id: id }));
  return { id, room_id: 1, name, height_u: 42, rated_power_kw: ratedKw, sensors };
}

export function planRack(id: number, name: string, x_m: number, y_m: number, rotation_deg = 0): PlanRack {
  const placement = { x_m, y_m, rotation_deg, width_m: 0.6, depth_m: 1.2 };
  return { id, name, row: name[0] ?? null, height_u: 42, rated_power_kw: 8, placement };
}

export const room = { id: 1, site: "s", code: "room-1", name: "Room 1" } as Room;

/** Two rows that face each other over a cold aisle, the hot aisle behind the upper one; a CRAC at the left wall. */
export function somePlan(more: Partial<Plan> = {}): Plan {
  return {
    ...{ room, version: 3, valid_from: "2026-11-01T00:00:00Z", width_m: 10, depth_m: 8, ashrae_class: "A2" },
    aisles: [
      { name: "Cold 1", type: "cold", x_m: 4, y_m: 4, width_m: 4, depth_m: 1.2 },
      { name: "Hot 1", type: "hot", x_m: 4, y_m: 1.6, width_m: 4, depth_m: 1.2 },
    ],
    racks: [
      planRack(1, "A01", 3, 2.8),
      planRack(2, "A02", 3.6, 2.8),
      planRack(3, "B01", 3, 5.2, 180),
      planRack(4, "B02", 3.6, 5.2, 180),
      { ...planRack(5, "C01", 0, 0), placement: null },
    ],
    units: [
      {
        ...{ device_id: 90, name: "crac-01", type: "crac", serves: [1, 3] },
        placement: { x_m: 0.6, y_m: 4, rotation_deg: 270, width_m: 1.8, depth_m: 0.9 },
      },
    ],
    ...more,
  };
}

export const someRacks = () => [
  rackOf(1, "A01"),
  rackOf(2, "A02"),
  rackOf(3, "B01"),
  rackOf(4, "B02", null),
  rackOf(5, "C01"),
];
export const someSensors = () => new Map(someRacks().map((rack) => [rack.id, sensorsOf(rack)]));

export function sourceOf(
  values: Record<number, number | Partial<Reading>>,
  alarms: [number, OpenAlarms][] = [],
): Source {
  const readings = new Map(
    Object.entries(values).map(([id, value]): [number, Reading] => [
      Number(id),
      { ts: now - 5000, quality: 0, value: 0, ...(typeof value === "number" ? { value } : value) },
    ]),
  );
  return { find: (id) => readings.get(id), now, alarms: new Map(alarms), unitAlarms: new Map() };
}
