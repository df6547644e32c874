// One rack as a row: its values, and its state with the reasons. What is too much the alarm rules say; what is silent is seen here.
import { stands, valueAgainstLimit } from "./alarms";
import type { Alarm, Rack } from "./api";
import { inShownUnit } from "./units";
import { type Find, isComputed, isStale, usable } from "./usable";

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

/** Of alarms whose condition holds. Info is to know, not to act on. */
export function stateOfAlarms(alarms: Alarm[]): RackState {
  const severities = new Set(alarms.filter(stands).map(({ severity }) => severity));
  if (severities.has("critical")) return "critical";
  return severities.has("major") || severities.has("minor") ? "warning" : "ok";
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

function reasonOf(alarm: Alarm) {
  const { value, limit } = valueAgainstLimit(alarm);
  return [alarm.source.sensor ?? alarm.source.device, value, limit && `(${limit})`].filter(Boolean).join(" ");
}

/** A rack whose inlet is silent has no data, whatever else it says. */
function judge(rack: Rack, find: Find, now: number, alarms: Alarm[]) {
  const standing = alarms.filter(stands);
  const reporting = rack.sensors.filter((sensor) => !isComputed(sensor));
  const silent = reporting.filter((sensor) => !usable(sensor, find, now));
  const reasons = standing.map(reasonOf);
  if (silent.length) reasons.push(`no usable ${[...new Set(silent.map(({ name }) => name))].join(", ")}`);
  const inlets = rack.sensors.filter(({ kind }) => kind === "inlet-temperature");
  const blind =
    silent.length === reporting.length || (inlets.length > 0 && inlets.every((each) => silent.includes(each)));
  const state = stateOfAlarms(standing);
  if (blind) return { state: "no data" as const, reasons };
  return { state: state === "ok" && silent.length ? ("warning" as const) : state, reasons };
}

/** `alarms`: the open ones of the rack. */
export function rackFigures(rack: Rack, find: Find, now: number, alarms: Alarm[]): RackFigures {
  const times = rack.sensors.flatMap((sensor) => (isComputed(sensor) ? [] : (find(sensor.id)?.ts ?? [])));
  return {
    power: shownOf(rack, "rack-power", total, find, now),
    inlet: shownOf(rack, "inlet-temperature", highest, find, now),
    humidity: shownOf(rack, "inlet-humidity", highest, find, now),
    oldestTs: times.length ? Math.min(...times) : undefined,
    ...judge(rack, find, now, alarms),
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
