// Devices that stand on the floor themselves: what the plan says of each.
import type { Sensor } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { stateWord } from "@/lib/units";
import { isStale, usable } from "@/lib/usable";
import type { Source } from "./layers";
import type { PlanUnit } from "./plan-api";

export type UnitLook = {
  /** Its figure: a supply temperature, a load, or a state in a word. */
  text: string;
  state: "ok" | "off" | "wrong" | "no data";
};

/** The figure by which people know a kind of unit. */
const figures = ["supply-temperature", "ups-load", "leak", "temperature"];
const states: Record<string, Record<number, UnitLook["state"]>> = {
  "crac-state": { 0: "off", 1: "ok", 2: "wrong" },
  "ups-state": { 1: "ok", 2: "wrong", 3: "wrong", 4: "wrong" },
  leak: { 0: "ok", 1: "wrong" },
};

export function unitLook(sensors: Sensor[] | undefined, source: Source): UnitLook {
  const used = (sensors ?? []).flatMap((sensor) => {
    const reading = usable(sensor, source.find, source.now);
    return reading ? [{ sensor, value: reading.value }] : [];
  });
  if (used.length === 0) {
    const heard = sensors?.map((sensor) => ({ sensor, reading: source.find(sensor.id) }));
    const stale = heard?.some(({ sensor, reading }) => reading && isStale(sensor, reading, source.now));
    return { text: stale ? "stale" : "no data", state: "no data" };
  }
  const stated = used.find(({ sensor }) => sensor.kind in states);
  const state = (stated && states[stated.sensor.kind]?.[stated.value]) ?? "ok";
  if (stated && state !== "ok") return { text: stateWord(stated.sensor.kind, stated.value), state };
  const shown = figures.flatMap((kind) => used.find(({ sensor }) => sensor.kind === kind) ?? [])[0];
  if (!shown) return { text: stated ? stateWord(stated.sensor.kind, stated.value) : "", state };
  const { kind, unit } = shown.sensor;
  return { text: kind in states ? stateWord(kind, shown.value) : `${formatNumber(shown.value, unit)} ${unit}`, state };
}

/** "crac-01" is a CRAC unit, "leak-sensor" a leak sensor. */
export const unitKind = ({ type }: PlanUnit) =>
  ["crac", "crah", "ups", "pdu"].includes(type) ? type.toUpperCase() : type.replaceAll("-", " ");
