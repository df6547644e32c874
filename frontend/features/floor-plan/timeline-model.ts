// The track under the plan: which span it shows, and where on it alarms lie.

import { severities } from "@/lib/alarms";
import type { Severity } from "@/lib/api";
import type { TimelineAlarm } from "./plan-api";

const hour = 3_600_000;
export const spans = { "24h": 24 * hour, "7d": 7 * 24 * hour, "30d": 30 * 24 * hour, "90d": 90 * 24 * hour } as const;
export type Span = keyof typeof spans;
export const isSpan = (text: string | null): text is Span => text !== null && Object.hasOwn(spans, text);

/** How far an arrow key goes: about the width of a pixel, in even minutes. */
export function stepOf(span: Span) {
  return Math.max(60_000, Math.round(spans[span] / 1440 / 60_000) * 60_000);
}

export type Tick = { x: number; severity: Severity };

/** At most one tick per `width` th of the track, the worst; the worst are last, to be drawn over the others. */
export function ticksOf(alarms: TimelineAlarm[], from: number, to: number, width = 400): Tick[] {
  const worst = new Map<number, Severity>();
  for (const { raised_at, severity } of alarms) {
    const place = Math.floor((width * (Date.parse(raised_at) - from)) / (to - from));
    if (place < 0 || place >= width) continue;
    const known = worst.get(place);
    if (!known || severities.indexOf(severity) < severities.indexOf(known)) worst.set(place, severity);
  }
  return [...worst]
    .map(([place, severity]) => ({ x: (place + 0.5) / width, severity }))
    .sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || a.x - b.x);
}

/** The alarm that was raised next before or after a moment. */
export function alarmBeside(alarms: TimelineAlarm[], at: number, direction: -1 | 1) {
  const times = alarms.map((alarm) => ({ alarm, ts: Date.parse(alarm.raised_at) }));
  const there = times.filter(({ ts }) => (direction < 0 ? ts < at - 999 : ts > at + 999));
  const best = direction < 0 ? there.at(-1) : there[0];
  return best && { alarm: best.alarm, at: Math.ceil(best.ts / 1000) * 1000 };
}
