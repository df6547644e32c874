"use client";
import type { Sensor } from "@/lib/api";
// What a sensor says now: in the shown unit, greyed and with its reason when figures may not use it.
import { formatAge, formatNumber, noValue } from "@/lib/format";
import { readingsStore } from "@/lib/readings-store";
import { inShownUnit } from "@/lib/units";
import { isStale, usable } from "@/lib/usable";
import { cn } from "@/lib/utils";

export function liveValue(sensor: Sensor | undefined, now: number): number | null {
  return sensor ? (usable(sensor, readingsStore.get, now)?.value ?? null) : null;
}

function whyNot(sensor: Sensor, now: number) {
  const reading = readingsStore.get(sensor.id);
  if (!reading) return "never reported";
  return isStale(sensor, reading, now) ? `stale, ${formatAge(now - reading.ts)} old` : "implausible";
}

type Props = { sensor: Sensor | undefined; now: number; digitsOf?: string; className?: string };

export function LiveValue({ sensor, now, digitsOf, className }: Props) {
  if (!sensor) return <span className="text-muted">{noValue}</span>;
  const { unit } = inShownUnit(0, sensor.unit);
  const value = liveValue(sensor, now);
  const last = readingsStore.get(sensor.id);
  if (value === null) {
    const shown = last ? formatNumber(inShownUnit(last.value, sensor.unit).value, digitsOf ?? unit) : noValue;
    return (
      <span className={cn("text-muted", className)}>
        <span className={cn(last && "line-through")}>{shown}</span> {unit}
        <span className="block font-normal text-warning text-xs">{whyNot(sensor, now)}</span>
      </span>
    );
  }
  return (
    <span className={className} title={last && `${formatAge(now - last.ts)} ago`}>
      {formatNumber(value, digitsOf ?? unit)} {unit}
    </span>
  );
}
