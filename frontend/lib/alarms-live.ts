// What the stream says of alarms: the counts at once, and the changes to whoever shows alarms, collected for a moment because a flood
// brings thousands. Timers, not frames: a tab in the background must show its badge, too.
import { useSyncExternalStore } from "react";
import type { Alarm, AlarmCounts } from "./api";

const collectMs = 50;

export class AlarmsLive {
  private counts: AlarmCounts | undefined;
  private waiting = new Map<number, Alarm>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly countListeners = new Set<() => void>();
  private readonly changeListeners = new Set<(alarms: Alarm[]) => void>();

  /** Undefined: not known, as before the first snapshot. */
  setCounts(counts: AlarmCounts | undefined) {
    this.counts = counts;
    for (const listener of this.countListeners) listener();
  }

  take(alarms: Alarm[]) {
    for (const alarm of alarms) {
      if (alarm.revision >= (this.waiting.get(alarm.id)?.revision ?? 0)) this.waiting.set(alarm.id, alarm);
    }
    if (alarms.length > 0) this.timer ??= setTimeout(() => this.flush(), collectMs);
  }

  /** Another site is on screen: nothing of the former one is told any more. */
  clear() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
    this.setCounts(undefined);
  }

  getCounts = () => this.counts;
  subscribeCounts = (listener: () => void) => {
    this.countListeners.add(listener);
    return () => this.countListeners.delete(listener);
  };
  subscribeChanges = (listener: (alarms: Alarm[]) => void) => {
    this.changeListeners.add(listener);
    return () => void this.changeListeners.delete(listener);
  };

  private flush() {
    this.timer = undefined;
    const alarms = [...this.waiting.values()];
    this.waiting.clear();
    for (const listener of this.changeListeners) listener(alarms);
  }
}

export const alarmsLive = new AlarmsLive();

export function useAlarmCounts() {
  return useSyncExternalStore(alarmsLive.subscribeCounts, alarmsLive.getCounts, () => undefined);
}
