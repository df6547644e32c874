import { expect, test } from "vitest";
import { nothingChosen, toggleRow } from "./selection";

const order = [1, 2, 3, 4, 5];

test("one by one", () => {
  const one = toggleRow(nothingChosen, order, 2, false);
  expect([...toggleRow(one, order, 4, false).keys]).toEqual([2, 4]);
  expect([...toggleRow(one, order, 2, false).keys]).toEqual([]);
});

test("a range goes from the last one touched, either way, and can take back", () => {
  const anchor = toggleRow(nothingChosen, order, 4, false);
  const range = toggleRow(anchor, order, 2, true);
  expect([...range.keys].toSorted()).toEqual([2, 3, 4]);
  expect([...toggleRow(range, order, 3, true).keys]).toEqual([4]);
});

test("a range whose start is gone is the one row", () => {
  const anchor = toggleRow(nothingChosen, order, 1, false);
  expect([...toggleRow(anchor, [3, 4, 5], 4, true).keys]).toEqual([1, 4]);
});
