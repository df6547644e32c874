// The site's figures from the newest readings, by the same rule as the server's core/overview: over all sensors of the site. A figure holds
// the readings that are neither bad nor stale; a sensor reports when its newest reading is not stale, even a bad one.
import type { Sensor } from "@/lib/api";
import type { Reading } from "@/lib/readings-store";
import { type Find, isComputed, isStale, usable } from "@/lib/usable";

export type LiveFigure = { value: number | null; oldestTs: number | null; reporting: number; expected: number };
type Used = { sensor: Sensor; reading: Reading };

function collect(sensors: Sensor[], kind: string, find: Find, now: number) {
  const expected = sensors.filter((sensor) => sensor.kind === kind);
  const used = expected.flatMap((sensor): Used[] => {
    const reading = usable(sensor, find, now);
    return reading ? [{ sensor, reading }] : [];
  });
  const figure = (value: (all: Used[]) => number): LiveFigure => ({
    value: used.length ? value(used) : null,
    oldestTs: used.length ? Math.min(...used.map(({ reading }) => reading.ts)) : null,
    reporting: used.length,
    expected: expected.length,
  });
  return { used, figure };
}

const sum = (all: Used[]) => all.reduce((total, { reading }) => total + reading.value, 0);

export function figuresOf(sensors: Sensor[], find: Find, now: number) {
  const power = collect(sensors, "rack-power", find, now);
  const inlet = collect(sensors, "inlet-temperature", find, now);
  const hottest = inlet.used.reduce<Used | undefined>(
    (worst, next) => (!worst || next.reading.value > worst.reading.value ? next : worst),
    undefined,
  );
  const reporting = sensors.filter((sensor) => !isComputed(sensor));
  const fresh = reporting.flatMap((sensor) => {
    const reading = find(sensor.id);
    return reading && !isStale(sensor, reading, now) ? [reading] : [];
  });
  return {
    totalPower: power.figure(sum),
    averageInlet: inlet.figure((all) => sum(all) / all.length),
    maximumInlet: inlet.figure(() => hottest?.reading.value ?? Number.NaN),
    hottestSensor: hottest?.sensor,
    sensorsReporting: fresh.length,
    sensorsBad: fresh.filter(({ quality }) => quality === 2).length,
    sensorsTotal: reporting.length,
  };
}
