import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AlarmsLive } from "./alarms-live";
import { ReadingsStore } from "./readings-store";
import { LiveStream, type StreamStatus } from "./stream";

class FakeSocket {
  static all: FakeSocket[] = [];
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {}
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let statuses: StreamStatus[];
let ended: boolean;
let assetChanges = 0;
let rejoined: number;
let alarms: AlarmsLive;
let store: ReadingsStore;
let stream: LiveStream;
const last = () => FakeSocket.all.at(-1) as FakeSocket;
const join = () => {
  last().onopen?.();
  last().say({ type: "snapshot", site: "s", ts: 1000, readings: [[1, 1000, 20, 0]] });
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  statuses = [];
  ended = false;
  store = new ReadingsStore((flush) => flush());
  alarms = new AlarmsLive();
  rejoined = 0;
  assetChanges = 0;
  stream = new LiveStream("s", store, alarms, {
    onStatus: (status) => statuses.push(status),
    onServerTime: () => {},
    onInventory: () => {},
    onAssets: () => {
      ++assetChanges;
    },
    onAlarmRules: () => {},
    onRejoin: () => {
      ++rejoined;
    },
    onSessionEnd: () => {
      ended = true;
    },
  });
  stream.start();
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("joins its site and shows the snapshot", () => {
  join();
  expect(last().sent).toEqual(['{"type":"subscribe","site":"s"}']);
  expect(statuses).toEqual(["connecting", "live"]);
  expect(store.get(1)?.value).toBe(20);
});

test("says when assets have changed", () => {
  join();
  expect(assetChanges).toBe(0);
  last().say({ type: "assets", site: "s" });
  expect(assetChanges).toBe(1);
});

test("alarms come with their counts; the last word on an alarm holds", async () => {
  const heard: unknown[] = [];
  alarms.subscribeChanges((changed) => heard.push(changed));
  join();
  expect(alarms.getCounts()).toBeUndefined();
  const counts = { open: { critical: 1 }, unacknowledged: { critical: 1 }, rooms: [] };
  last().say({ type: "alarms", alarms: [{ id: 7, revision: 1, state: "active" }], alarm_counts: counts });
  last().say({
    type: "alarms",
    alarms: [
      { id: 7, revision: 2, state: "acknowledged" },
      { id: 8, revision: 3, state: "active" },
    ],
    alarm_counts: counts,
  });
  expect(alarms.getCounts()).toEqual(counts);
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toEqual([
    [
      { id: 7, revision: 2, state: "acknowledged" },
      { id: 8, revision: 3, state: "active" },
    ],
  ]);
});

test("reconnects after a break, with growing pauses, and is live again", async () => {
  join();
  last().onclose?.({ code: 1006 });
  expect(statuses.at(-1)).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.all).toHaveLength(2);
  expect(rejoined).toBe(0);
  join();
  expect(statuses.at(-1)).toBe("live");
  expect(rejoined).toBe(1);
});

test("silence is a break, although the socket says nothing", async () => {
  join();
  await vi.advanceTimersByTimeAsync(14_000);
  last().say({ type: "heartbeat", ts: 1 });
  await vi.advanceTimersByTimeAsync(14_000);
  expect(statuses.at(-1)).toBe("live");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(statuses).toContain("reconnecting");
});

test("polls while it stays lost", async () => {
  const latest = { ts: "1970-01-01T00:00:05Z", value: 33, quality: "good" };
  const answer = vi.fn(async (url: string) =>
    url.includes("/api/sensors")
      ? new Response(JSON.stringify({ items: [{ id: 1, latest }] }))
      : new Response("{}", { status: 503 }),
  );
  const polls = () => answer.mock.calls.filter(([url]) => url.includes("/api/sensors")).length;
  vi.stubGlobal("fetch", answer);
  join();
  last().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(5_100);
  expect(statuses.at(-1)).toBe("polling");
  expect(store.get(1)).toEqual({ ts: 5000, value: 33, quality: 0 });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(polls()).toBe(2);
});

test("polling that finds the session ended says so", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ detail: "sign in first" }, { status: 401 }));
  join();
  last().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(5_100);
  expect(ended).toBe(true);
});

test("an ended session is not tried again", async () => {
  join();
  last().onclose?.({ code: 1008 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended).toBe(true);
  expect(FakeSocket.all).toHaveLength(1);
});
