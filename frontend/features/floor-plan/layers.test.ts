import { expect, test } from "vitest";
import { aisleFigures, racksAt, sensorsOfAisles } from "./aisles";
import { cellOf, cellWords, layers, sensorsOf } from "./layers";
import { now, rackOf, sensor, somePlan, someSensors, sourceOf } from "./test-data";

const rack = sensorsOf(rackOf(1, "A01"));
const { temperature, humidity, power, alarms, age } = layers;
const dew = layers["dew-point"];

test("temperature: the warmest inlet that can be used", () => {
  const two = { ...rack, inlet: [...rack.inlet, sensor(99, "inlet-temperature")] };
  expect(cellOf(temperature, 1, two, sourceOf({ 11: 21, 99: 26 }))).toMatchObject({ text: "26.0", value: 26, at: 0.5 });
  expect(cellOf(temperature, 1, two, sourceOf({ 11: 21, 99: { value: 80, quality: 2 } }))).toMatchObject({ value: 21 });
});

test("no data says why, and has no place on the scale", () => {
  const cell = (values: Parameters<typeof sourceOf>[0]) => cellOf(temperature, 1, rack, sourceOf(values));
  expect(cell({})).toEqual({ text: "", value: null, without: "never reported" });
  expect(cell({ 11: { value: 22, ts: now - 61_000 } }).without).toBe("stale");
  expect(cell({ 11: { value: 850, quality: 2 } }).without).toBe("implausible");
  expect(cellOf(temperature, 1, sensorsOf(undefined), sourceOf({})).without).toBe("no sensor");
});

test("dew point: of the temperature and humidity of one device", () => {
  expect(cellOf(dew, 1, rack, sourceOf({ 11: 24, 13: 45 })).value).toBeCloseTo(11.3, 1);
  expect(cellOf(dew, 1, rack, sourceOf({ 11: 24 })).without).toBe("never reported");
  expect(cellOf(dew, 1, rack, sourceOf({ 13: 45, 11: { value: 20, ts: now - 999_999 } })).without).toBe("stale");
});

test("power: share of the rating, in any unit; without a rating no colour", () => {
  expect(cellOf(power, 1, rack, sourceOf({ 14: 6 }))).toMatchObject({ text: "75 %", value: 75 });
  const watts = { ...rack, power: [sensor(14, "rack-power", { unit: "W" })] };
  expect(cellOf(power, 1, watts, sourceOf({ 14: 6000 }))).toMatchObject({ value: 75 });
  const unrated = cellOf(power, 1, { ...rack, ratedKw: null }, sourceOf({ 14: 6 }));
  expect(unrated).toEqual({ text: "6.00 kW", value: null, without: "no rating" });
  expect(cellWords(power, unrated)).toBe("6.00 kW (no rating)");
});

test("alarms: the worst; a silent rack without alarms is not well", () => {
  const source = sourceOf({ 11: 22 }, [[1, { worst: "major", count: 2 }]]);
  expect(cellOf(alarms, 1, rack, source)).toMatchObject({ text: "2", severity: "major" });
  expect(cellOf(alarms, 2, rack, source)).toEqual({ text: "", value: 0 });
  expect(cellOf(alarms, 1, rack, sourceOf({})).without).toBe("never reported");
});

test("age: in intervals of the sensor that is the most behind", () => {
  const source = sourceOf({ 11: { ts: now - 15_000 }, 14: { ts: now - 45_000 } });
  expect(cellOf(age, 1, rack, source)).toMatchObject({ text: "45 s", value: 1.5, at: 0.5 });
  expect(cellOf(age, 1, rack, sourceOf({})).without).toBe("never reported");
});

test("humidity reads in words", () => {
  expect(cellWords(humidity, cellOf(humidity, 1, rack, sourceOf({ 13: 45 })))).toBe("45 %RH");
  expect(cellWords(temperature, cellOf(temperature, 1, rack, sourceOf({})))).toBe("never reported");
});

test("a cold aisle has the racks that face it, a hot one those that blow into it", () => {
  const plan = somePlan();
  const [cold, hot] = plan.aisles.map((aisle) => racksAt(aisle, plan.racks).map(({ name }) => name));
  expect(cold).toEqual(["A01", "A02", "B01", "B02"]);
  expect(hot).toEqual(["A01", "A02"]);
});

test("an aisle is as warm as its racks' air, those that report", () => {
  const sensors = sensorsOfAisles(somePlan(), someSensors());
  const [cold, hot] = aisleFigures(sensors, sourceOf({ 11: 20, 21: 22, 31: 24, 41: { value: 99, quality: 2 } }));
  expect(cold).toEqual({ average: 22, used: 3, expected: 4 });
  expect(hot).toEqual({ average: null, used: 0, expected: 2 });
});
