import { expect, test } from "vitest";
import {
  beforeFront,
  behindRear,
  boundsOf,
  contains,
  cornersOf,
  type Footprint,
  neighbourOf,
  overlap,
  rounded,
  within,
} from "./geometry";

const rack: Footprint = { x_m: 2, y_m: 3, width_m: 0.6, depth_m: 1.2, rotation_deg: 0 };
const close = (actual: { x: number; y: number }, x: number, y: number) => {
  expect(actual.x).toBeCloseTo(x, 6);
  expect(actual.y).toBeCloseTo(y, 6);
};

test("the front faces down, and turns clockwise", () => {
  close(beforeFront(rack, 0.4), 2, 4);
  close(behindRear(rack, 0.4), 2, 2);
  close(beforeFront({ ...rack, rotation_deg: 90 }, 0.4), 1, 3);
  close(beforeFront({ ...rack, rotation_deg: 180 }, 0.4), 2, 2);
  close(beforeFront({ ...rack, rotation_deg: 270 }, 0.4), 3, 3);
});

test("corners and bounds follow the rotation", () => {
  close(cornersOf(rack)[0], 1.7, 2.4);
  const { left, top, right, bottom } = boundsOf([{ ...rack, rotation_deg: 90 }]);
  expect([left, top, right, bottom].map((each) => rounded(each))).toEqual([1.4, 2.7, 2.6, 3.3]);
});

test("a point is inside as the rack is turned", () => {
  expect(contains(rack, { x: 2, y: 3.5 })).toBe(true);
  expect(contains({ ...rack, rotation_deg: 90 }, { x: 2, y: 3.5 })).toBe(false);
  expect(contains({ ...rack, rotation_deg: 90 }, { x: 2.5, y: 3 })).toBe(true);
});

test("racks side by side touch, and do not overlap", () => {
  expect(overlap(rack, { ...rack, x_m: 2.6 })).toBe(false);
  expect(overlap(rack, { ...rack, x_m: 2.5 })).toBe(true);
  expect(overlap(rack, { ...rack, x_m: 2.62, rotation_deg: 45 })).toBe(true);
  expect(overlap(rack, { ...rack, x_m: 3.2, rotation_deg: 45 })).toBe(false);
});

test("what stands at the wall is within the room", () => {
  const room = { width_m: 4, depth_m: 4 };
  expect(within(room, { ...rack, x_m: 0.3 })).toBe(true);
  expect(within(room, { ...rack, x_m: 0.2 })).toBe(false);
  expect(within(room, { ...rack, x_m: 0.3, rotation_deg: 90 })).toBe(false);
});

test("arrows go to what is ahead before what is nearer but aside", () => {
  const grid = ["a", "b", "c", "d", "e", "f"].map((name, at) => ({
    name,
    x: (at % 3) * 0.6,
    y: Math.floor(at / 3) * 3,
  }));
  const from = grid[1] as (typeof grid)[number];
  expect(neighbourOf(grid, from, "right")?.name).toBe("c");
  expect(neighbourOf(grid, from, "left")?.name).toBe("a");
  expect(neighbourOf(grid, from, "down")?.name).toBe("e");
  expect(neighbourOf(grid, from, "up")).toBeUndefined();
});
