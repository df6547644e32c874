// The past of a room: seeks a moment and plays on from there. At most one request is in flight; of several moments that were asked for
// meanwhile only the last is fetched; while it plays, the next moment is fetched before it is due. It knows no React and no clock of its own.
import type { Plan, RoomState } from "./plan-api";

export type Moment = { at: number; state: RoomState; plan: Plan };
export type Fetched = (at: number, signal: AbortSignal) => Promise<RoomState>;
export type FetchedPlan = (at: number, signal: AbortSignal) => Promise<Plan>;

export const speeds = [1, 10, 60, 600] as const;
export type Speed = (typeof speeds)[number];

/** Null: live. */
export type TravelState = {
  /** What was asked for. */
  at: number | null;
  /** What can be shown: the moment that was asked for, or the last one before it came. */
  moment: Moment | null;
  loading: boolean;
  error: Error | null;
  playing: boolean;
  speed: Speed;
};

/** Between two pictures while it plays. */
export const stepMs = 500;
/** A request that has been overtaken is given this long to be of use. */
const patienceMs = 700;
const kept = 120;

export class TimeTravel {
  private state: TravelState = { at: null, moment: null, loading: false, error: null, playing: false, speed: 60 };
  private readonly listeners = new Set<() => void>();
  private readonly moments = new Map<number, Moment>();
  private readonly plans = new Map<number, Plan>();
  private flight: { at: number; begun: number; abort: AbortController } | null = null;
  private next: number | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly fetchState: Fetched,
    private readonly fetchPlan: FetchedPlan,
    private readonly now: () => number,
  ) {}

  get = () => this.state;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Null, or what has not been yet: back to now. */
  seek(at: number | null) {
    if (at === null || at >= this.now()) return this.goLive();
    const rounded = Math.round(at / 1000) * 1000;
    if (rounded === this.state.at) return;
    this.set({ at: rounded, error: null });
    this.want(rounded);
  }

  retry() {
    const { at } = this.state;
    if (at === null) return;
    this.set({ error: null });
    this.want(at);
  }

  play() {
    if (this.state.at === null || this.state.playing) return;
    this.set({ playing: true });
    this.timer = setInterval(() => this.step(), stepMs);
    this.fetchAhead();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.state.playing) this.set({ playing: false });
  }

  setSpeed(speed: Speed) {
    this.set({ speed });
    this.fetchAhead();
  }

  /** Nothing is on its way any more, and it is now. */
  goLive() {
    this.pause();
    this.flight?.abort.abort();
    this.flight = null;
    this.next = null;
    this.set({ at: null, moment: null, loading: false, error: null });
  }

  private ahead() {
    return (this.state.at ?? 0) + this.state.speed * stepMs;
  }

  /** What is not there yet is waited for: it plays slower rather than leaving out. */
  private step() {
    const { at, moment } = this.state;
    if (at === null || moment?.at !== at) return;
    const next = this.ahead();
    if (next >= this.now()) return this.goLive();
    if (!this.moments.has(next)) return this.fetchAhead();
    this.set({ at: next });
    this.want(next);
    this.fetchAhead();
  }

  private fetchAhead() {
    const { at, moment, playing } = this.state;
    if (!playing || at === null || moment?.at !== at) return;
    const next = this.ahead();
    if (next < this.now() && !this.moments.has(next)) this.request(next);
  }

  private want(at: number) {
    const known = this.moments.get(at);
    if (known) {
      this.next = null;
      this.set({ moment: known, loading: false });
      return;
    }
    this.set({ loading: true });
    this.request(at);
  }

  private request(at: number) {
    if (!this.flight) return void this.fly(at);
    if (this.flight.at === at) return;
    this.next = at;
    if (this.now() - this.flight.begun > patienceMs) this.flight.abort.abort();
  }

  private async fly(at: number) {
    const flight = { at, begun: this.now(), abort: new AbortController() };
    this.flight = flight;
    let failed: Error | null = null;
    try {
      const state = await this.fetchState(at, flight.abort.signal);
      const plan = this.plans.get(state.plan_version) ?? (await this.fetchPlan(at, flight.abort.signal));
      if (this.flight !== flight) return;
      this.plans.set(state.plan_version, plan);
      this.keep({ at, state, plan });
    } catch (error) {
      if (this.flight !== flight) return;
      if (!flight.abort.signal.aborted) failed = error as Error;
    }
    this.flight = null;
    const next = this.next;
    this.next = null;
    const wanted = this.state.at;
    if (failed && at === wanted) {
      this.pause();
      this.set({ loading: false, error: failed });
    }
    if (next !== null && next !== at) return void this.fly(next);
    if (wanted !== null && wanted !== at && !this.moments.has(wanted)) return void this.fly(wanted);
    this.fetchAhead();
  }

  private keep(moment: Moment) {
    this.moments.set(moment.at, moment);
    for (const oldest of this.moments.keys()) {
      if (this.moments.size <= kept) break;
      this.moments.delete(oldest);
    }
    const { at, playing } = this.state;
    if (at === null) return;
    if (moment.at === at) this.set({ moment, loading: false, error: null });
    // While a hand drags, the moment before the last is better than none; while it plays, it is ahead of its time.
    else if (!playing) this.set({ moment });
  }

  private set(changes: Partial<TravelState>) {
    this.state = { ...this.state, ...changes };
    for (const listener of this.listeners) listener();
  }
}
