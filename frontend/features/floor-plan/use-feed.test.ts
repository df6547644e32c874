import { expect, test } from "vitest";
import { alarmsOf } from "./use-feed";

test("alarms are counted at the rack, or at the device that stands in none, with the worst of them", () => {
  const { alarms, unitAlarms } = alarmsOf([
    { severity: "minor", rack_id: 1, device_id: 10 },
    { severity: "critical", rack_id: 1, device_id: 11 },
    { severity: "major", rack_id: 1, device_id: 10 },
    { severity: "info", rack_id: null, device_id: 90 },
  ]);
  expect([...alarms]).toEqual([[1, { worst: "critical", count: 3 }]]);
  expect([...unitAlarms]).toEqual([[90, { worst: "info", count: 1 }]]);
});
