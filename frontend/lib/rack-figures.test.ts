import { expect, test } from "vitest";
import type { Alarm, Rack } from "./api";
import { rackFigures, sortRacks, stateOfAlarms } from "./rack-figures";
import type { Reading } from "./readings-store";
import { rack, sensor } from "./test-data";

const now = 1_000_000;
const good = (value: number, ts = now): Reading => ({ ts, value, quality: 0 });
const one = rack("A01", sensor(1, "inlet-temperature"), sensor(2, "rack-power"), sensor(3, "rack-power"));
const figures = (readings: Record<number, Reading>, of: Rack = one, alarms: Alarm[] = []) =>
  rackFigures(of, (id) => readings[id], now, alarms);
const alarm = (severity: string, state = "active") =>
  ({
    ...{ severity, state, type: "limits", when: "above", limit: 32, value: 33.1, unit: "°C" },
    source: { sensor: "inlet temperature", device: "A01 climate" },
  }) as Alarm;
const fine = { 1: good(22), 2: good(2), 3: good(3) };

test("its state is that of the worst alarm whose condition holds, and the alarms are the reasons", () => {
  expect(figures(fine)).toMatchObject({ state: "ok", reasons: [] });
  expect(figures(fine, one, [alarm("critical"), alarm("minor")])).toMatchObject({
    state: "critical",
    reasons: ["inlet temperature 33.1 °C (above 32.0 °C)", "inlet temperature 33.1 °C (above 32.0 °C)"],
  });
  expect(stateOfAlarms([alarm("minor", "acknowledged")])).toBe("warning");
  expect(stateOfAlarms([alarm("critical", "cleared"), alarm("info")])).toBe("ok");
});

test("a rack's power is the sum of its feeds", () => {
  expect(figures(fine)).toMatchObject({ power: { value: 5, unused: undefined } });
});

test("a rack whose inlet is silent or implausible has no data, and shows what was heard last", () => {
  const silent = figures({ 1: good(24, now - 61_000), 2: good(2), 3: good(2) });
  expect(silent).toMatchObject({ state: "no data", inlet: { value: 24, unused: "stale" } });
  const implausible = figures({ 1: { ts: now, value: 900, quality: 2 }, 2: good(2), 3: good(2) });
  expect(implausible).toMatchObject({ state: "no data", inlet: { value: 900, unused: "implausible" } });
  expect(figures({})).toMatchObject({ state: "no data", inlet: undefined, oldestTs: undefined });
  expect(figures({}, rack("A02")).state).toBe("no data");
});

test("another sensor's silence is a warning with its name", () => {
  expect(figures({ 1: good(22), 2: good(2) })).toMatchObject({
    state: "warning",
    reasons: ["no usable rack-power"],
    power: { value: 2 },
  });
});

test("racks are ordered by what is asked, then by room and name as people count", () => {
  const rows = ["A10", "A2", "A1"].map((name, index) => ({
    rack: rack(name, sensor(index + 1, "inlet-temperature")),
    name,
    room: "R",
  }));
  const readings: Record<number, Reading> = { 1: good(22), 2: good(33), 3: good(29) };
  const hot = (of: Rack) => (readings[of.id]?.value === 33 ? [alarm("critical")] : []);
  const order = (key: Parameters<typeof sortRacks>[1], down: boolean) =>
    sortRacks(rows, key, down, (of) => figures(readings, of, hot(of))).map(({ name }) => name);
  expect(order("name", false)).toEqual(["A1", "A2", "A10"]);
  expect(order("inlet", true)).toEqual(["A2", "A1", "A10"]);
  expect(order("state", false)).toEqual(["A2", "A1", "A10"]);
  expect(order("room", true)).toEqual(["A1", "A2", "A10"]);
});
