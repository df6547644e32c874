import { expect, test, vi } from "vitest";
import { ReadingsStore } from "./readings-store";

function storeWithFrames() {
  const frames: (() => void)[] = [];
  const store = new ReadingsStore((flush) => frames.push(flush));
  return { store, frames, nextFrame: () => frames.splice(0).forEach((flush) => void flush()) };
}

test("many messages between two frames are shown once, the newest per sensor", () => {
  const { store, frames, nextFrame } = storeWithFrames();
  const listener = vi.fn();
  store.subscribe(listener);
  store.apply([[1, 1000, 20, 0]]);
  store.apply([
    [1, 2000, 21, 0],
    [2, 1000, 50, 0],
  ]);
  store.apply([[1, 1500, 99, 0]]);
  expect(frames).toHaveLength(1);
  expect(store.get(1)).toBeUndefined();
  nextFrame();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(store.get(1)).toEqual({ ts: 2000, value: 21, quality: 0 });
  expect(store.get(2)?.value).toBe(50);
});

test("a reading older than the newest is ignored, a correction of the same moment is taken", () => {
  const { store, nextFrame } = storeWithFrames();
  store.apply([[1, 2000, 21, 0]]);
  nextFrame();
  store.apply([[1, 1000, 5, 0]]);
  nextFrame();
  expect(store.get(1)?.value).toBe(21);
  store.apply([[1, 2000, 22, 2]]);
  nextFrame();
  expect(store.get(1)).toEqual({ ts: 2000, value: 22, quality: 2 });
});

test("a snapshot forgets what it does not name", () => {
  const { store, nextFrame } = storeWithFrames();
  store.apply([[1, 2000, 21, 0]]);
  nextFrame();
  store.replace([[2, 1000, 7, 0]]);
  nextFrame();
  expect(store.get(1)).toBeUndefined();
  expect(store.get(2)?.value).toBe(7);
});
