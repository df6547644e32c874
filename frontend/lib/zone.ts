// Between what a date field of the browser holds and a moment, in the site's time zone.

function offsetMs(at: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1000) * 1000;
}

/** "2026-11-25T14:00" in the zone, as an instant; null when it is no time. In the hour that comes twice, the first. */
export function instantOf(local: string, timeZone: string) {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return null;
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(guess, timeZone)).toISOString();
}

/** The other way round, to the minute. */
export function localOf(iso: string, timeZone: string) {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16);
}
