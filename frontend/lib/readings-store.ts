// The latest reading of every sensor of the site on screen. What the stream brings is collected and shown once per frame.
import { useSyncExternalStore } from "react";

type Quality = 0 | 1 | 2;
export type Reading = { ts: number; value: number; quality: Quality };
/** As in api/stream.md: [sensor_id, ts, value, quality]. */
export type WireReading = [number, number, number, number];

export class ReadingsStore {
  private readings = new Map<number, Reading>();
  private waiting = new Map<number, Reading>();
  private listeners = new Set<() => void>();
  private scheduled = false;
  private version = 0;
  private snapshots = 0;

  constructor(private readonly onNextFrame: (flush: () => void) => void = (flush) => requestAnimationFrame(flush)) {}

  /** A snapshot: what it does not name has no reading. */
  replace(readings: WireReading[]) {
    this.readings = new Map();
    this.waiting = new Map();
    ++this.snapshots;
    this.apply(readings);
    this.schedule();
  }

  apply(readings: WireReading[]) {
    for (const [id, ts, value, quality] of readings) {
      const newest = this.waiting.get(id) ?? this.readings.get(id);
      if (newest && newest.ts > ts) continue;
      this.waiting.set(id, { ts, value, quality: quality as Quality });
    }
    if (this.waiting.size > 0) this.schedule();
  }

  get = (id: number) => this.readings.get(id);
  getVersion = () => this.version;
  getSnapshots = () => this.snapshots;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    this.onNextFrame(() => {
      this.scheduled = false;
      for (const [id, reading] of this.waiting) this.readings.set(id, reading);
      this.waiting.clear();
      ++this.version;
      for (const listener of this.listeners) listener();
    });
  }
}

export const readingsStore = new ReadingsStore();

/** Grows with every change: for figures made of many sensors. */
export function useReadingsVersion() {
  return useSyncExternalStore(readingsStore.subscribe, readingsStore.getVersion, () => 0);
}

/** Grows with every snapshot: for what is decided once all readings are there. */
export function useReadingsSnapshots() {
  return useSyncExternalStore(readingsStore.subscribe, readingsStore.getSnapshots, () => 0);
}

/** Renders again when one of these sensors has a newer reading. */
export function useReadingsOf(sensors: { id: number }[]) {
  const seen = () => sensors.map(({ id }) => Object.values(readingsStore.get(id) ?? {}).join(":")).join();
  useSyncExternalStore(readingsStore.subscribe, seen, () => "");
}

export function useReading(id: number) {
  return useSyncExternalStore(
    readingsStore.subscribe,
    () => readingsStore.get(id),
    () => undefined,
  );
}
