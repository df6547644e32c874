import { expect, test } from "vitest";
import { fitScale, pan, reveal, toRoom, toScreen, viewOf, viewText, wholeRoom, zoomAt } from "./view";

const room = { width_m: 20, depth_m: 10 };
const size = { width: 1048, height: 848 };

test("the whole room fits, with a margin", () => {
  const view = wholeRoom(room, size);
  expect(view).toEqual({ x: 10, y: 5, scale: 50 });
  expect(toScreen(view, size, { x: 0, y: 0 }).x).toBe(24);
});

test("screen and room are the same point", () => {
  const view = { x: 3.3, y: 7, scale: 81 };
  const there = toRoom(view, size, { x: 100, y: 200 });
  const back = toScreen(view, size, there);
  expect(back.x).toBeCloseTo(100, 8);
  expect(back.y).toBeCloseTo(200, 8);
});

test("what is under the pointer stays there while it zooms", () => {
  const view = wholeRoom(room, size);
  const pointer = { x: 300, y: 500 };
  const zoomed = zoomAt(view, room, size, pointer, 2);
  expect(zoomed.scale).toBe(100);
  const before = toRoom(view, size, pointer);
  const after = toRoom(zoomed, size, pointer);
  expect(after.x).toBeCloseTo(before.x, 8);
  expect(after.y).toBeCloseTo(before.y, 8);
});

test("the room cannot be lost", () => {
  const far = pan(wholeRoom(room, size), room, size, -100_000, 100_000);
  expect([far.x, far.y]).toEqual([20, 0]);
  expect(zoomAt(far, room, size, { x: 0, y: 0 }, 1e9).scale).toBe(50 * 16);
  expect(zoomAt(far, room, size, { x: 0, y: 0 }, 1e-9).scale).toBe(25);
});

test("the address holds the view for screens of any size", () => {
  const view = zoomAt(wholeRoom(room, size), room, size, { x: 200, y: 200 }, 3);
  const text = viewText(view, room, size);
  const small = { width: 390, height: 500 };
  const there = viewOf(text, room, small);
  expect(there.scale / fitScale(room, small)).toBeCloseTo(3, 2);
  expect(there.x).toBeCloseTo(view.x, 1);
  expect(viewText(wholeRoom(room, size), room, size)).toBeNull();
  for (const broken of [null, "", "1_2", "a_b_c", "1_2_0", "1_2_-3"])
    expect(viewOf(broken, room, size)).toEqual(wholeRoom(room, size));
});

test("what the keyboard selects is brought into view, and nothing moves when it is", () => {
  const view = zoomAt(wholeRoom(room, size), room, size, { x: 24, y: 400 }, 4);
  expect(reveal(view, room, size, { x: 2, y: 5 })).toBe(view);
  const moved = reveal(view, room, size, { x: 15, y: 5 });
  expect(toScreen(moved, size, { x: 15, y: 5 }).x).toBeCloseTo(size.width - 80, 6);
});
