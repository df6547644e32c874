// A span of time in the address: a preset (`range`) that moves with the clock, or `from` and `to`; and what it is compared with.

const hour = 3_600_000;
export const presets = {
  "1h": { label: "Last hour", short: "1 h", ms: hour },
  "24h": { label: "Last 24 hours", short: "24 h", ms: 24 * hour },
  "7d": { label: "Last 7 days", short: "7 d", ms: 168 * hour },
  "30d": { label: "Last 30 days", short: "30 d", ms: 720 * hour },
  "90d": { label: "Last 90 days", short: "90 d", ms: 2160 * hour },
} as const;
export type Preset = keyof typeof presets;

export const comparisons = {
  day: { label: "Previous day", ms: 24 * hour },
  week: { label: "Previous week", ms: 168 * hour },
} as const;
export type Comparison = keyof typeof comparisons;

/** `preset` null: from and to were given, or one of them. */
export type Range = { from: number; to: number; preset: Preset | null };

const isPreset = (text: string | null): text is Preset => text !== null && Object.hasOwn(presets, text);
const isComparison = (text: string | null): text is Comparison => text !== null && Object.hasOwn(comparisons, text);

const instant = (text: string | null) => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? null : ms;
};

/** What is no time, or ends before it begins, is as if it were not given. */
export function rangeOf(search: URLSearchParams, standard: Preset, now: number): Range {
  const range = search.get("range");
  const preset = isPreset(range) ? range : standard;
  const [from, to] = [instant(search.get("from")), instant(search.get("to"))];
  if (from === null && to === null) return { from: now - presets[preset].ms, to: now, preset };
  const end = to ?? now;
  const begin = from ?? end - presets[preset].ms;
  return begin < end ? { from: begin, to: end, preset: null } : { from: now - presets[preset].ms, to: now, preset };
}

export function comparisonOf(search: URLSearchParams) {
  const compare = search.get("compare");
  return isComparison(compare) ? compare : null;
}

/** Now, in steps that a chart of that length can show: it is not drawn anew each second for a tenth of a pixel. */
export function stepOf(spanMs: number) {
  return Math.min(60_000, Math.max(1_000, Math.round(spanMs / 2_000 / 1_000) * 1_000));
}
