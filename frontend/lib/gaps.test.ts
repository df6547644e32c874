import { expect, test } from "vitest";
import { withGaps } from "./gaps";

test("a gap in the data lifts the pen", () => {
  expect(
    withGaps(
      [
        [1000, 20],
        [2000, 21],
        [9000, 22],
      ],
      3000,
    ),
  ).toEqual([
    [1, 2, 5.5, 9],
    [20, 21, null, 22],
  ]);
  expect(withGaps([], 3000)).toEqual([[], []]);
});

test("the extremes beside a mean have the same gaps", () => {
  expect(
    withGaps(
      [
        [1000, 20, 19, 21],
        [9000, 22, 22, 23],
      ],
      3000,
      4,
    ),
  ).toEqual([
    [1, 5, 9],
    [20, null, 22],
    [19, null, 22],
    [21, null, 23],
  ]);
});
