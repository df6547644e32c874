// The live connection (api/stream.md): joins, hands readings on, watches the heartbeat, reconnects with growing pauses, and polls while
// it is lost.
import { get, isSignedOut, type List, type Sensor } from "./api";
import type { ReadingsStore, WireReading } from "./readings-store";

/** live: joined · reconnecting: lost a moment ago · polling: lost for longer, readings come every 30 s. */
export type StreamStatus = "connecting" | "live" | "reconnecting" | "polling";

const silenceMs = 15_000;
const pollAfterMs = 5_000;
const pollEveryMs = 30_000;
const longestPauseMs = 10_000;
const sessionEnded = 1008;

type Message =
  | { type: "snapshot"; ts: number; readings: WireReading[] }
  | { type: "readings"; readings: WireReading[] }
  | { type: "heartbeat"; ts: number }
  | { type: "inventory" }
  | { type: "devices" }
  | { type: "error"; code: string; detail: string };

export type StreamEvents = {
  onStatus: (status: StreamStatus) => void;
  /** The server's clock minus ours, ms. */
  onServerTime: (offsetMs: number) => void;
  onInventory: () => void;
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
        this.events.onServerTime(message.ts - Date.now());
        this.joined();
        break;
      case "readings":
        this.store.apply(message.readings);
        break;
      case "heartbeat":
        this.events.onServerTime(message.ts - Date.now());
        break;
      case "inventory":
        this.events.onInventory();
        break;
    }
  }

  private joined() {
    this.attempts = 0;
    this.lostSince = 0;
    clearTimeout(this.poll);
    this.poll = undefined;
    this.events.onStatus("live");
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

  private async pollOnce() {
    if (this.stopped || !this.lostSince) return;
    this.events.onStatus("polling");
    try {
      const { items } = await get<List<Sensor>>("/api/sensors", { site: this.site });
      const qualities = ["good", "uncertain", "bad"];
      if (this.lostSince) {
        this.store.apply(
          items.flatMap(({ id, latest }): WireReading[] =>
            latest ? [[id, Date.parse(latest.ts), latest.value, qualities.indexOf(latest.quality)]] : [],
          ),
        );
      }
    } catch (error) {
      // The banner already says that live is lost; the next attempt follows.
      if (isSignedOut(error)) return this.events.onSessionEnd();
    }
    if (!this.stopped && this.lostSince) this.poll = setTimeout(() => this.pollOnce(), pollEveryMs);
  }
}
