// Which readings a figure or a picture may use: those that are neither bad nor stale.
import type { Sensor } from "./api";
import type { Reading } from "./readings-store";
import { inShownUnit } from "./units";

/** The server makes it itself of others: it says nothing of its own of whether anything reports. */
export const isComputed = ({ topic }: Sensor) => topic.startsWith("computed/");

export type Find = (sensorId: number) => Reading | undefined;

/** No reading for more than twice the interval that the sensor should keep. */
export function isStale(sensor: Sensor, reading: Reading, now: number) {
  return now - reading.ts > 2000 * sensor.expected_interval_s;
}

/** The reading, in the unit that is shown, when figures may use it. */
export function usable(sensor: Sensor, find: Find, now: number): Reading | undefined {
  const reading = find(sensor.id);
  if (!reading || reading.quality === 2 || isStale(sensor, reading, now)) return undefined;
  return { ...reading, value: inShownUnit(reading.value, sensor.unit).value };
}
