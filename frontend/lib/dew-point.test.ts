import { expect, test } from "vitest";
import { dewPoint } from "./dew-point";

test("the dew point, against tables", () => {
  expect(dewPoint(20, 50)).toBeCloseTo(9.27, 1);
  expect(dewPoint(25, 60)).toBeCloseTo(16.7, 1);
  expect(dewPoint(24, 45)).toBeCloseTo(11.3, 1);
});

test("saturated air is at its dew point, however far above 100 % the sensor reads", () => {
  expect(dewPoint(18, 100)).toBeCloseTo(18, 6);
  expect(dewPoint(18, 103)).toBeCloseTo(18, 6);
});

test("no humidity has no dew point", () => {
  expect(dewPoint(22, 0)).toBeNull();
  expect(dewPoint(22, Number.NaN)).toBeNull();
});
