import { expect, test } from "vitest";
import { comparisonOf, rangeOf, stepOf } from "./range";

const now = Date.parse("2026-11-25T12:00:00Z");
const hour = 3_600_000;
const of = (query: string) => rangeOf(new URLSearchParams(query), "24h", now);

test("a preset ends now; what is none is the standard", () => {
  expect(of("")).toEqual({ from: now - 24 * hour, to: now, preset: "24h" });
  expect(of("range=1h")).toEqual({ from: now - hour, to: now, preset: "1h" });
  expect(of("range=toString").preset).toBe("24h");
});

test("from and to, or one of them; nonsense is as if it were not there", () => {
  const from = "2026-11-25T08:00:00.000Z";
  expect(of(`from=${from}&to=2026-11-25T09:00:00Z`)).toEqual({
    from: now - 4 * hour,
    to: now - 3 * hour,
    preset: null,
  });
  expect(of(`from=${from}`)).toEqual({ from: now - 4 * hour, to: now, preset: null });
  expect(of(`to=${from}`)).toEqual({ from: now - 28 * hour, to: now - 4 * hour, preset: null });
  expect(of(`from=${from}&to=2026-11-25T07:00:00Z`).preset).toBe("24h");
  expect(of("from=yesterday").preset).toBe("24h");
});

test("what it is compared with, and how often a moving chart is drawn anew", () => {
  expect(comparisonOf(new URLSearchParams("compare=week"))).toBe("week");
  expect(comparisonOf(new URLSearchParams("compare=year"))).toBeNull();
  expect([hour, 24 * hour, 720 * hour].map(stepOf)).toEqual([2_000, 43_000, 60_000]);
});
