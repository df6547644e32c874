import { expect, test } from "vitest";
import { instantOf, localOf } from "./zone";

test("site time and back, in winter and in summer", () => {
  expect(instantOf("2026-11-25T14:00", "Europe/Berlin")).toBe("2026-11-25T13:00:00.000Z");
  expect(instantOf("2026-07-25T14:00", "Europe/Berlin")).toBe("2026-07-25T12:00:00.000Z");
  expect(localOf("2026-07-25T12:00:00Z", "Europe/Berlin")).toBe("2026-07-25T14:00");
  expect(localOf("2026-11-25T02:00:00Z", "America/New_York")).toBe("2026-11-24T21:00");
});

test("the night in which clocks change", () => {
  expect(instantOf("2026-03-29T01:59", "Europe/Berlin")).toBe("2026-03-29T00:59:00.000Z");
  expect(instantOf("2026-03-29T03:00", "Europe/Berlin")).toBe("2026-03-29T01:00:00.000Z");
  expect(instantOf("2026-10-25T04:00", "Europe/Berlin")).toBe("2026-10-25T03:00:00.000Z");
});

test("what is no time", () => {
  expect(instantOf("", "UTC")).toBeNull();
  expect(localOf("never", "UTC")).toBe("");
});
