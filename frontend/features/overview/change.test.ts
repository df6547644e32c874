import { expect, test } from "vitest";
import { changeOf } from "./change";

const hour = 3_600_000;
const rows = [
  [0, 20],
  [hour / 2, 22],
  [hour, 23],
];

test("against the last row that is an hour old", () => {
  expect(changeOf(rows, 24, 1.6 * hour, 0.2)).toEqual({ direction: "up", by: 2 });
  expect(changeOf(rows, 22.1, 1.6 * hour, 0.2)?.direction).toBe("steady");
  expect(changeOf(rows, 19, 1.6 * hour, 0.2)?.direction).toBe("down");
});

test("nothing is said of what is not known", () => {
  expect(changeOf(rows, null, 2 * hour, 0.2)).toBeUndefined();
  expect(changeOf([], 24, 2 * hour, 0.2)).toBeUndefined();
  expect(changeOf(rows, 24, 4 * hour, 0.2)).toBeUndefined();
});
