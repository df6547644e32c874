import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RoomState } from "./plan-api";
import { somePlan } from "./test-data";
import { stepMs, TimeTravel } from "./time-travel";

const now = 10_000_000;
type Call = { at: number; signal: AbortSignal; answer: (version?: number) => Promise<void>; fail: () => Promise<void> };

let clock = now;
let calls: Call[] = [];
let plans: number[] = [];

const settle = async () => {
  for (let turn = 0; turn < 10; ++turn) await Promise.resolve();
};

function travel() {
  return new TimeTravel(
    (at, signal) =>
      new Promise<RoomState>((done, fail) => {
        signal.addEventListener("abort", () => fail(new Error("aborted")));
        calls.push({
          ...{ at, signal },
          answer: (version = 1) => {
            done({ at: new Date(at).toISOString(), plan_version: version, columns: [], readings: [], alarms: [] });
            return settle();
          },
          fail: () => {
            fail(new Error("no answer"));
            return settle();
          },
        });
      }),
    async (at) => {
      plans.push(at);
      return somePlan();
    },
    () => clock,
  );
}
const call = (index: number) => calls[index] as Call;

beforeEach(() => {
  vi.useFakeTimers();
  [calls, plans, clock] = [[], [], now];
});
afterEach(() => vi.useRealTimers());

test("a seek shows its moment, and a plan is fetched once per version", async () => {
  const time = travel();
  time.seek(5_000_000);
  expect(time.get()).toMatchObject({ at: 5_000_000, loading: true, moment: null });
  await call(0).answer();
  expect(time.get()).toMatchObject({ loading: false, moment: { at: 5_000_000 } });
  time.seek(6_000_000);
  await call(1).answer();
  expect(plans).toHaveLength(1);
  time.seek(7_000_000);
  await call(2).answer(2);
  expect(plans).toHaveLength(2);
});

test("while one is in flight, only the last of those that were asked for is fetched next", async () => {
  const time = travel();
  for (const at of [1, 2, 3, 4]) time.seek(at * 1_000_000);
  expect(calls).toHaveLength(1);
  await call(0).answer();
  // On the way it is better than nothing.
  expect(time.get().moment?.at).toBe(1_000_000);
  expect(calls.map(({ at }) => at)).toEqual([1_000_000, 4_000_000]);
  await call(1).answer();
  expect(time.get()).toMatchObject({ at: 4_000_000, loading: false, moment: { at: 4_000_000 } });
  expect(calls).toHaveLength(2);
});

test("one that takes long and is overtaken is cancelled", async () => {
  const time = travel();
  time.seek(1_000_000);
  clock += 800;
  time.seek(2_000_000);
  expect(call(0).signal.aborted).toBe(true);
  await settle();
  expect(calls.map(({ at }) => at)).toEqual([1_000_000, 2_000_000]);
  expect(time.get().error).toBeNull();
});

test("what has been seen is there at once", async () => {
  const time = travel();
  time.seek(1_000_000);
  await call(0).answer();
  time.seek(2_000_000);
  await call(1).answer();
  time.seek(1_000_000);
  expect(calls).toHaveLength(2);
  expect(time.get()).toMatchObject({ loading: false, moment: { at: 1_000_000 } });
});

test("back to now cancels what is on its way, and nothing of it is shown later", async () => {
  const time = travel();
  time.seek(1_000_000);
  time.seek(null);
  expect(call(0).signal.aborted).toBe(true);
  await settle();
  expect(time.get()).toMatchObject({ at: null, moment: null, loading: false, error: null });
  time.seek(now + 5);
  expect(time.get().at).toBeNull();
  expect(calls).toHaveLength(1);
});

test("it plays in steps of the speed, and fetches the next moment before it is due", async () => {
  const time = travel();
  time.seek(1_000_000);
  await call(0).answer();
  time.play();
  expect(call(1).at).toBe(1_030_000);
  await call(1).answer();
  expect(time.get().moment?.at).toBe(1_000_000);
  vi.advanceTimersByTime(stepMs);
  expect(time.get()).toMatchObject({ at: 1_030_000, moment: { at: 1_030_000 } });
  // The one after it is not there yet: it waits.
  vi.advanceTimersByTime(5 * stepMs);
  expect(time.get().at).toBe(1_030_000);
  expect(calls).toHaveLength(3);
  await call(2).answer();
  vi.advanceTimersByTime(stepMs);
  expect(time.get().at).toBe(1_060_000);
  time.pause();
  vi.advanceTimersByTime(5 * stepMs);
  expect(time.get().at).toBe(1_060_000);
});

test("played to the end it is now", async () => {
  const time = travel();
  time.setSpeed(600);
  time.seek(now - 200_000);
  await call(0).answer();
  time.play();
  vi.advanceTimersByTime(stepMs);
  expect(time.get()).toMatchObject({ at: null, playing: false });
});

test("a failure is told, playing ends, and it can be tried again", async () => {
  const time = travel();
  time.seek(1_000_000);
  await call(0).fail();
  expect(time.get()).toMatchObject({ loading: false, error: { message: "no answer" } });
  time.retry();
  await call(1).answer();
  expect(time.get()).toMatchObject({ error: null, moment: { at: 1_000_000 } });
});
