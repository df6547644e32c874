import { expect, test } from "vitest";
import {
  formatAge,
  formatClock,
  formatDuration,
  formatMilliseconds,
  formatNumber,
  formatRound,
  formatShare,
  noValue,
} from "./format";

test("numbers have their unit's digits, and no value is not zero", () => {
  expect(formatNumber(23.449, "°C")).toBe("23.4");
  expect(formatNumber(61.153999999999996, "kW")).toBe("61.15");
  expect(formatNumber(47.5, "%RH")).toBe("48");
  expect(formatNumber(null, "kW")).toBe(noValue);
  expect(formatNumber(Number.NaN, "kW")).toBe(noValue);
});

test("ages grow coarser", () => {
  expect([0, 59_999, 60_000, 3_599_999, 7_200_000, 172_800_000].map(formatAge)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "59 min",
    "2 h",
    "2 d",
  ]);
});

test("the clock is the site's", () => {
  expect(formatClock(Date.UTC(2026, 10, 23, 23, 30), "Europe/Berlin")).toBe("00:30:00");
});

test("durations are their two largest parts", () => {
  expect([0, 0.4, 90, 120, 3_600, 3_725, 90_000, 172_800].map(formatDuration)).toEqual([
    "0 s",
    "0 s",
    "1 min 30 s",
    "2 min",
    "1 h",
    "1 h 2 min",
    "1 d 1 h",
    "2 d",
  ]);
});

test("the marks of an axis have the digits that their distance needs", () => {
  expect([formatRound(150, 50), formatRound(22.5, 0.5), formatRound(0.25, 0.05), formatRound(2000, 1000)]).toEqual([
    "150",
    "22.5",
    "0.25",
    "2,000",
  ]);
});

test("shares are whole percents, but for what is nearly nothing or nearly all", () => {
  expect([0, 0.004, 0.343, 0.996, 1, 1.004, 1.21].map(formatShare)).toEqual([
    "0 %",
    "0.4 %",
    "34 %",
    "99.6 %",
    "100 %",
    "100.4 %",
    "121 %",
  ]);
  expect([null, undefined, Number.NaN].map(formatShare)).toEqual([noValue, noValue, noValue]);
});

test("milliseconds have two digits that say something", () => {
  expect([0.0098, 0.42, 3.14, 48.6].map(formatMilliseconds)).toEqual([
    "less than 0.1 ms",
    "0.42 ms",
    "3.1 ms",
    "49 ms",
  ]);
});
