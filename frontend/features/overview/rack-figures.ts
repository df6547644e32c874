// One rack as a row: its values, and its state with the reasons. Limits as the server's core/overview has them.
import type { Rack } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { inShownUnit } from "@/lib/units";
import { type Find, isStale, usable } from "@/lib/usable";

export type RackState = "ok" | "warning" | "critical" | "no data";
export type RackValue = {
  value: number;
  unit: string;
  /** Why figures leave it out; undefined: they use it. */
  unused: "stale" | "implausible" | undefined;
};
export type RackFigures = {
  inlet: RackValue | undefined;
  humidity: RackValue | undefined;
  power: RackValue | undefined;
  /** Of the oldest reading in the row. */
  oldestTs: number | undefined;
  state: RackState;
  reasons: string[];
};

/** Rack inlet, °C. */
const inletLimits = { lowCritical: 15, lowWarning: 18, highWarning: 28, highCritical: 32 };
/** Share of a rack's rated power. */
const powerWarning = 0.9;

export function inletState(value: number): RackState {
  if (value >= inletLimits.highCritical || value <= inletLimits.lowCritical) return "critical";
  if (value >= inletLimits.highWarning || value <= inletLimits.lowWarning) return "warning";
  return "ok";
}

/** Of several sensors of a kind: their sum, or the highest. When none can be used, what was last heard. */
function shownOf(rack: Rack, kind: string, combine: (values: number[]) => number, find: Find, now: number) {
  const sensors = rack.sensors.filter((sensor) => sensor.kind === kind);
  const used = sensors.flatMap((sensor) => usable(sensor, find, now)?.value ?? []);
  const [first] = sensors;
  if (first && used.length) {
    return { value: combine(used), unit: inShownUnit(0, first.unit).unit, unused: undefined } satisfies RackValue;
  }
  for (const sensor of sensors) {
    const reading = find(sensor.id);
    if (!reading) continue;
    const unused = isStale(sensor, reading, now) ? "stale" : "implausible";
    return { ...inShownUnit(reading.value, sensor.unit), unused } satisfies RackValue;
  }
  return undefined;
}

const highest = (values: number[]) => Math.max(...values);
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const worst = (states: RackState[]): RackState =>
  (["critical", "warning"] as const).find((state) => states.includes(state)) ?? "ok";

function powerStateOf(rack: Rack, power: RackValue | undefined): RackState {
  if (!power || power.unused || !rack.rated_power_kw) return "ok";
  if (power.value > rack.rated_power_kw) return "critical";
  return power.value >= powerWarning * rack.rated_power_kw ? "warning" : "ok";
}

/** A rack whose inlet is silent has no data, whatever else it says. */
function judge(rack: Rack, power: RackValue | undefined, find: Find, now: number) {
  const reasons: string[] = [];
  const states: RackState[] = [];
  const inlets = rack.sensors.filter((sensor) => sensor.kind === "inlet-temperature");
  const read = inlets.flatMap((sensor) => usable(sensor, find, now)?.value ?? []);
  for (const value of read) {
    const state = inletState(value);
    states.push(state);
    if (state !== "ok") reasons.push(`inlet is ${formatNumber(value, "°C")} °C`);
  }
  const powerState = powerStateOf(rack, power);
  states.push(powerState);
  if (power && powerState !== "ok") {
    reasons.push(`draws ${formatNumber(power.value, "kW")} kW of its rated ${rack.rated_power_kw} kW`);
  }
  const silent = rack.sensors.filter((sensor) => !usable(sensor, find, now));
  if (silent.length) {
    states.push("warning");
    reasons.push(`no usable ${silent.map(({ name }) => name).join(", ")}`);
  }
  const blind = silent.length === rack.sensors.length || (inlets.length > 0 && read.length === 0);
  return { state: blind ? ("no data" as const) : worst(states), reasons };
}

export function rackFigures(rack: Rack, find: Find, now: number): RackFigures {
  const power = shownOf(rack, "rack-power", total, find, now);
  const times = rack.sensors.flatMap((sensor) => find(sensor.id)?.ts ?? []);
  return {
    power,
    inlet: shownOf(rack, "inlet-temperature", highest, find, now),
    humidity: shownOf(rack, "inlet-humidity", highest, find, now),
    oldestTs: times.length ? Math.min(...times) : undefined,
    ...judge(rack, power, find, now),
  };
}

export type SortKey = "name" | "room" | "inlet" | "humidity" | "power" | "age" | "state";

/** Worst first; no data before all is well. */
const severity: RackState[] = ["critical", "warning", "no data", "ok"];

export function sortRacks<T extends { rack: Rack; name: string; room: string }>(
  rows: T[],
  key: SortKey,
  down: boolean,
  figuresOf: (rack: Rack) => RackFigures,
) {
  const rank = ({ rack, name, room }: T): number | string => {
    if (key === "name") return name;
    if (key === "room") return room;
    const figures = figuresOf(rack);
    if (key === "state") return severity.indexOf(figures.state);
    if (key === "age") return -(figures.oldestTs ?? Number.NEGATIVE_INFINITY);
    return figures[key]?.value ?? Number.NEGATIVE_INFINITY;
  };
  const order = (a: number | string, b: number | string) =>
    typeof a === "number" && typeof b === "number"
      ? Number(a > b) - Number(a < b)
      : String(a).localeCompare(String(b), "en", { numeric: true });
  return rows
    .map((row) => ({ row, rank: rank(row) }))
    .sort(
      (a, b) =>
        (down ? -1 : 1) * order(a.rank, b.rank) || order(a.row.room, b.row.room) || order(a.row.name, b.row.name),
    )
    .map(({ row }) => row);
}
