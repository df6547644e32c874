import { expect, test } from "vitest";
import type { Rack, Sensor } from "@/lib/api";
import type { Reading } from "@/lib/readings-store";
import { figuresOf, inletState } from "./figures";

const now = 1_000_000;

function sensor(id: number, kind: string): Sensor {
  const unit = kind === "rack-power" ? "kW" : "°C";
  return {
    id,
    kind,
    unit,
    site: "s",
    room_id: 1,
    rack_id: 1,
    device: "d",
    name: kind,
    topic: "t",
    field: "/value",
    expected_interval_s: 30,
    latest: null,
    stale: false,
  };
}

function rack(id: number, ...sensors: Sensor[]): Rack {
  return { id, room_id: 1, name: `A0${id}`, height_u: 42, rated_power_kw: 8, sensors };
}

const racks = [
  rack(1, sensor(1, "inlet-temperature"), sensor(2, "rack-power")),
  rack(2, sensor(3, "inlet-temperature"), sensor(4, "rack-power")),
  rack(3, sensor(5, "inlet-temperature")),
];

function figures(readings: Record<number, Reading>) {
  return figuresOf(racks, (id) => readings[id], now);
}

test("figures say how many of the expected sensors they hold, and how old the oldest is", () => {
  const result = figures({
    1: { ts: now - 10_000, value: 22, quality: 0 },
    3: { ts: now - 20_000, value: 26, quality: 1 },
    2: { ts: now, value: 4, quality: 0 },
  });
  expect(result.averageInlet).toEqual({ value: 24, oldestTs: now - 20_000, reporting: 2, expected: 3 });
  expect(result.maximumInlet.value).toBe(26);
  expect(result.hottestRack?.name).toBe("A02");
  expect(result.totalPower).toEqual({ value: 4, oldestTs: now, reporting: 1, expected: 2 });
  expect([result.sensorsReporting, result.sensorsTotal]).toEqual([3, 5]);
});

test("bad and stale readings do not count; no reading is not zero", () => {
  const result = figures({
    1: { ts: now, value: 90, quality: 2 },
    3: { ts: now - 60_001, value: 90, quality: 0 },
  });
  expect(result.averageInlet).toEqual({ value: null, oldestTs: null, reporting: 0, expected: 3 });
  expect(result.totalPower.value).toBeNull();
  expect(result.hottestRack).toBeUndefined();
});

test("inlet limits", () => {
  expect([14, 17, 22, 28, 32].map(inletState)).toEqual(["critical", "warning", "ok", "warning", "critical"]);
});
