import { expect, test } from "vitest";
import type { TimelineAlarm } from "./plan-api";
import { alarmBeside, stepOf, ticksOf } from "./timeline-model";

const alarm = (id: number, ts: number, severity: TimelineAlarm["severity"]): TimelineAlarm => ({
  ...{ id, severity, rule: "r", rack_id: 1, sensor_id: 1, cleared_at: null },
  raised_at: new Date(ts).toISOString(),
});
const alarms = [
  alarm(1, 10_000, "minor"),
  alarm(2, 10_400, "critical"),
  alarm(3, 50_000, "info"),
  alarm(4, 200_000, "major"),
];

test("alarms that lie together are one tick, of the worst; what is outside is none", () => {
  expect(ticksOf(alarms, 0, 100_000, 10)).toEqual([
    { x: 0.55, severity: "info" },
    { x: 0.15, severity: "critical" },
  ]);
});

test("the next alarm in either direction, never the one that is shown", () => {
  expect(alarmBeside(alarms, 30_000, 1)?.alarm.id).toBe(3);
  expect(alarmBeside(alarms, 30_000, -1)?.alarm.id).toBe(2);
  expect(alarmBeside(alarms, 50_000, 1)?.alarm.id).toBe(4);
  expect(alarmBeside(alarms, 200_000, 1)).toBeUndefined();
  // The whole second that holds it, so that the state at that moment has it.
  expect(alarmBeside(alarms, 0, 1)?.at).toBe(10_000);
  expect(alarmBeside([alarm(1, 10_001, "info")], 0, 1)?.at).toBe(11_000);
});

test("an arrow key is about a pixel, in whole minutes", () => {
  expect([stepOf("24h"), stepOf("7d"), stepOf("90d")]).toEqual([60_000, 420_000, 5_400_000]);
});
