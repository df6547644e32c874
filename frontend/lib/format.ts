// Numbers, ages and times as people read them. The one place for it.
import { digitsOf } from "./units";

export const noValue = "–";

/** By their digits: making one takes far longer than using it, and a plan writes a thousand numbers a frame. */
const numbers = new Map<number, Intl.NumberFormat>();

function numberFormat(digits: number) {
  const known = numbers.get(digits);
  if (known) return known;
  const made = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  numbers.set(digits, made);
  return made;
}

export function formatNumber(value: number | null | undefined, unit: string) {
  if (value === null || value === undefined || !Number.isFinite(value)) return noValue;
  return numberFormat(digitsOf(unit)).format(value);
}

/** A multiple of `step`, with no more digits than those need. */
export function formatRound(value: number, step: number) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share as whole percent: 0.343 is "34 %". What is a little over a limit is not shown as being at it. */
export function formatShare(share: number | null | undefined) {
  if (share === null || share === undefined || !Number.isFinite(share)) return noValue;
  const percent = share * 100;
  const fine = percent > 0 && percent < 1 ? 1 : percent > 99 && percent < 101 && percent !== 100 ? 1 : 0;
  return `${numberFormat(fine).format(percent)} %`;
}

/** How long a machine took; what is hardly anything is not told to the last digit. */
export function formatMilliseconds(ms: number) {
  return ms < 0.1 ? "less than 0.1 ms" : `${ms.toLocaleString("en", { maximumSignificantDigits: 2 })} ms`;
}

export function formatAge(milliseconds: number) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** How long something took or may take: the two largest parts. */
export function formatDuration(seconds: number) {
  const parts: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const first = parts.findIndex(([length]) => whole >= length);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .map(([length, word], at) => {
      const larger = at === 0 ? Number.POSITIVE_INFINITY : (parts[first]?.[0] ?? 1);
      const count = Math.floor((whole % larger) / length);
      return count > 0 ? `${count} ${word}` : "";
    })
    .filter(Boolean)
    .join(" ");
}

export function formatClock(ms: number, timeZone: string) {
  return new Date(ms).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function formatMinute(ms: number, timeZone: string) {
  return new Date(ms).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
}

export function formatDay(ms: number, timeZone: string) {
  return new Date(ms).toLocaleDateString("en-GB", { timeZone, day: "2-digit", month: "short" });
}

/** As exact as a span needs it: seconds within hours, the day when there are several. */
export function formatMomentShort(ms: number, spanMs: number, timeZone: string) {
  if (spanMs <= 6 * 3_600_000) return formatClock(ms, timeZone);
  return `${formatDay(ms, timeZone)}, ${formatMinute(ms, timeZone)}`;
}

/** Site time for the eye, and UTC for the tooltip. */
export function formatMoment(iso: string, timeZone: string) {
  const date = new Date(iso);
  const local = date.toLocaleString("en-GB", {
    timeZone,
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return { local, utc: date.toISOString() };
}
