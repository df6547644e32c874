// The live connection (api/stream.md): joins, hands readings on, watches the heartbeat, reconnects with growing pauses, and polls while
// it is lost.
import type { AlarmsLive } from "./alarms-live";
import { type Alarm, type AlarmCounts, type AlarmPage, get, isSignedOut, type List, type Sensor } from "./api";
import type { ReadingsStore, WireReading } from "./readings-store";

/** live: joined · reconnecting: lost a moment ago · polling: lost for longer, readings come every 30 s. */
export type StreamStatus = "connecting" | "live" | "reconnecting" | "polling";

const silenceMs = 15_000;
const pollAfterMs = 5_000;
const pollEveryMs = 30_000;
const longestPauseMs = 10_000;
const sessionEnded = 1008;

type Message =
  | { type: "snapshot"; ts: number; readings: WireReading[]; alarm_counts?: AlarmCounts }
  | { type: "readings"; readings: WireReading[] }
  | { type: "heartbeat"; ts: number }
  | { type: "alarms"; alarms: Alarm[]; alarm_counts: AlarmCounts }
  | { type: "alarm-rules" }
  | { type: "inventory" }
  | { type: "assets" }
  | { type: "devices" }
  | { type: "error"; code: string; detail: string };

export type StreamEvents = {
  onStatus: (status: StreamStatus) => void;
  /** The server's clock minus ours, ms. */
  onServerTime: (offsetMs: number) => void;
  onInventory: () => void;
  /** Devices, racks' places or reservations have changed. */
  onAssets: () => void;
  onAlarmRules: () => void;
  /** It was lost and is back: what came in between must be asked for. */
  onRejoin: () => void;
  onSessionEnd: () => void;
};

export class LiveStream {
  private socket: WebSocket | null = null;
  private attempts = 0;
  private stopped = false;
  private lostSince = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly site: string,
    private readonly store: ReadingsStore,
    private readonly alarms: AlarmsLive,
    private readonly events: StreamEvents,
  ) {}

  start() {
    this.events.onStatus("connecting");
    window.addEventListener("online", this.hurry);
    this.connect();
  }

  stop() {
    this.stopped = true;
    window.removeEventListener("online", this.hurry);
    for (const timer of [this.silence, this.retry, this.poll]) clearTimeout(timer);
    this.socket?.close();
  }

  private hurry = () => {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.connect();
  };

  private connect() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/stream`);
    this.socket = socket;
    this.listen();
    socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", site: this.site }));
    socket.onmessage = (event) => this.take(JSON.parse(event.data) as Message);
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  private take(message: Message) {
    this.listen();
    switch (message.type) {
      case "snapshot":
        this.store.replace(message.readings);
        this.alarms.setCounts(message.alarm_counts);
        this.events.onServerTime(message.ts - Date.now());
        this.joined();
        break;
      case "readings":
        this.store.apply(message.readings);
        break;
      case "alarms":
        this.alarms.take(message.alarms);
        this.alarms.setCounts(message.alarm_counts);
        break;
      case "alarm-rules":
        this.events.onAlarmRules();
        break;
      case "heartbeat":
        this.events.onServerTime(message.ts - Date.now());
        break;
      case "inventory":
        this.events.onInventory();
        break;
      case "assets":
        this.events.onAssets();
        break;
    }
  }

  private joined() {
    const rejoined = this.lostSince > 0;
    this.attempts = 0;
    this.lostSince = 0;
    clearTimeout(this.poll);
    this.poll = undefined;
    this.events.onStatus("live");
    if (rejoined) this.events.onRejoin();
  }

  /** Nothing heard for 15 s, not even a heartbeat: the connection is dead, whatever the socket believes. */
  private listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const socket = this.socket;
      if (!socket) return;
      this.lost(socket, 1006);
      socket.close();
    }, silenceMs);
  }

  private lost(socket: WebSocket, code: number) {
    if (this.stopped || this.socket !== socket) return;
    this.socket = null;
    clearTimeout(this.silence);
    if (code === sessionEnded) return this.events.onSessionEnd();
    if (!this.lostSince) {
      this.lostSince = Date.now();
      this.events.onStatus("reconnecting");
      this.poll = setTimeout(() => this.pollOnce(), pollAfterMs);
    }
    const pause = Math.min(longestPauseMs, 500 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    this.retry = setTimeout(() => this.connect(), pause);
  }

  /** Readings and alarms, each for itself: one that fails does not keep the other from the screen. */
  private async pollOnce() {
    if (this.stopped || !this.lostSince) return;
    this.events.onStatus("polling");
    const site = this.site;
    const asked = [
      get<List<Sensor>>("/api/sensors", { site }).then(({ items }) =>
        this.ifLost(() => this.store.apply(latestOf(items))),
      ),
      get<AlarmPage>("/api/alarms", { site, limit: 1000 }).then(({ items }) =>
        this.ifLost(() => this.alarms.take(items)),
      ),
      get<AlarmCounts>("/api/alarms/counts", { site }).then((counts) =>
        this.ifLost(() => this.alarms.setCounts(counts)),
      ),
    ];
    // The banner already says that live is lost; the next attempt follows.
    const answers = await Promise.allSettled(asked);
    if (answers.some((answer) => answer.status === "rejected" && isSignedOut(answer.reason))) {
      return this.events.onSessionEnd();
    }
    this.ifLost(() => {
      this.poll = setTimeout(() => this.pollOnce(), pollEveryMs);
    });
  }

  /** What was asked while it was lost is out of date once it is back. */
  private ifLost(work: () => void) {
    if (!this.stopped && this.lostSince) work();
  }
}

function latestOf(sensors: Sensor[]) {
  const qualities = ["good", "uncertain", "bad"];
  return sensors.flatMap(({ id, latest }): WireReading[] =>
    latest ? [[id, Date.parse(latest.ts), latest.value, qualities.indexOf(latest.quality)]] : [],
  );
}
