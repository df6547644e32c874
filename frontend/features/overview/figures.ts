// The overview's figures from the newest readings: the same rule as the server's core/overview. A reading counts when its quality is not
// bad and it is not older than twice the interval that its sensor should keep.
import type { Rack, Sensor } from "@/lib/api";
import type { Reading } from "@/lib/readings-store";

export type LiveFigure = { value: number | null; oldestTs: number | null; reporting: number; expected: number };
export type Find = (sensorId: number) => Reading | undefined;

export function isStale(sensor: Sensor, reading: Reading, now: number) {
  return now - reading.ts > 2000 * sensor.expected_interval_s;
}

export function counts(sensor: Sensor, reading: Reading | undefined, now: number): reading is Reading {
  return reading !== undefined && reading.quality !== 2 && !isStale(sensor, reading, now);
}

export function sensorOf(rack: Rack, kind: string) {
  return rack.sensors.find((sensor) => sensor.kind === kind);
}

function collect(racks: Rack[], kind: string, find: Find, now: number) {
  const sensors = racks.flatMap((rack) =>
    rack.sensors.filter((sensor) => sensor.kind === kind).map((sensor) => ({ rack, sensor })),
  );
  const used = sensors.flatMap(({ rack, sensor }) => {
    const reading = find(sensor.id);
    return counts(sensor, reading, now) ? [{ rack, reading }] : [];
  });
  const oldestTs = used.length ? Math.min(...used.map(({ reading }) => reading.ts)) : null;
  return { used, base: { oldestTs, reporting: used.length, expected: sensors.length } };
}

export function figuresOf(racks: Rack[], find: Find, now: number) {
  const power = collect(racks, "rack-power", find, now);
  const inlet = collect(racks, "inlet-temperature", find, now);
  const total = power.used.reduce((sum, { reading }) => sum + reading.value, 0);
  const sum = inlet.used.reduce((partial, { reading }) => partial + reading.value, 0);
  const hottest = inlet.used.reduce<(typeof inlet.used)[number] | undefined>(
    (worst, next) => (!worst || next.reading.value > worst.reading.value ? next : worst),
    undefined,
  );
  const sensors = racks.flatMap((rack) => rack.sensors);
  return {
    totalPower: { ...power.base, value: power.used.length ? total : null } satisfies LiveFigure,
    averageInlet: { ...inlet.base, value: inlet.used.length ? sum / inlet.used.length : null } satisfies LiveFigure,
    maximumInlet: { ...inlet.base, value: hottest?.reading.value ?? null } satisfies LiveFigure,
    hottestRack: hottest?.rack,
    sensorsReporting: sensors.filter((sensor) => counts(sensor, find(sensor.id), now)).length,
    sensorsTotal: sensors.length,
  };
}

/** Rack inlet in °C, as core/overview has them. */
const inletLimits = { lowCritical: 15, lowWarning: 18, highWarning: 28, highCritical: 32 };

export type RackState = "ok" | "warning" | "critical" | "no data";

export function inletState(value: number): RackState {
  if (value >= inletLimits.highCritical || value <= inletLimits.lowCritical) return "critical";
  if (value >= inletLimits.highWarning || value <= inletLimits.lowWarning) return "warning";
  return "ok";
}
