"use client";
// What the sensor said around the alarm, with the limits of the rules that hold for it.
import { useMemo, useState } from "react";
import type { Level, Mark } from "@/components/charts/chart-model";
import { levelsOf } from "@/components/charts/levels";
import { TrendChart } from "@/components/charts/trend-chart";
import { severityLooks } from "@/components/severity-badge";
import { EmptyView } from "@/components/state-views";
import { Skeleton } from "@/components/ui/skeleton";
import type { Alarm, AlarmChange, AlarmRule, Sensor } from "@/lib/api";
import { formatAge, formatNumber } from "@/lib/format";
import { gapOf, resolutionOf, rowsOf } from "@/lib/history";
import { useServerNow } from "@/lib/live";
import { useReading } from "@/lib/readings-store";
import { inShownUnit, statesOf, stateWord } from "@/lib/units";
import { cn } from "@/lib/utils";
import { useRulesOfSensor, useTrend } from "./alarms-api";

const aroundMs = 15 * 60_000;
const stepMs = 30_000;

/** The lines that a rule draws; those of the alarm's own side, so that the curve keeps its height. */
export function limitsOf(rules: AlarmRule[] | undefined, alarm: Alarm): Level[] {
  const rule = rules?.find(({ type }) => type === "limits");
  if (!rule?.enabled) return [];
  return levelsOf(
    rule.levels.filter(({ when }) => alarm.type !== "limits" || when === alarm.when),
    rule.unit,
  );
}

function marksOf(alarm: Alarm, journal: AlarmChange[]): Mark[] {
  const words: Partial<Record<AlarmChange["change"], string>> = {
    raised: "raised",
    "raised-again": "again",
    "severity-raised": "worse",
    cleared: "cleared",
  };
  return journal.flatMap(({ change, ts, severity }) => {
    const word = words[change];
    const token = change === "cleared" ? "--muted" : severityLooks[severity ?? alarm.severity].token;
    return word ? [{ ts: Date.parse(ts), label: word, token }] : [];
  });
}

type Props = { alarm: Alarm; journal: AlarmChange[]; sensor: Sensor; timeZone: string };

export function AlarmTrend({ alarm, journal, sensor, timeZone }: Props) {
  const [whole, setWhole] = useState(false);
  const now = useServerNow();
  const raised = Date.parse(alarm.raised_at);
  // In steps, so that the range does not ask anew every second.
  const today = Math.ceil(now / stepMs) * stepMs;
  const end = alarm.cleared_at ? Date.parse(alarm.cleared_at) : today;
  const from = raised - aroundMs;
  const to = Math.max(from + stepMs, Math.min(today, (whole ? end : raised) + aroundMs));
  const trend = useTrend(sensor.id, from, to);
  const rules = useRulesOfSensor(sensor.id);
  const reading = useReading(sensor.id);
  const levels = useMemo(() => limitsOf(rules.data?.items, alarm), [rules.data, alarm]);
  const marks = useMemo(() => marksOf(alarm, journal), [alarm, journal]);
  const { unit } = inShownUnit(0, sensor.unit);
  const interval = trend.data?.interval ?? "raw";
  const series = useMemo(() => {
    const rows = rowsOf(trend.data?.points ?? [], interval, sensor.unit);
    if (interval === "raw" && reading && trend.data && reading.quality !== 2) {
      const newest = rows.at(-1)?.[0] ?? 0;
      if (reading.ts > newest && reading.ts < to)
        rows.push([reading.ts, inShownUnit(reading.value, sensor.unit).value]);
    }
    return [{ key: sensor.name, label: sensor.name, rows, gapMs: gapOf(sensor, interval) }];
  }, [trend.data, interval, sensor, reading, to]);

  const latest = reading && inShownUnit(reading.value, sensor.unit);
  const stale = reading && now - reading.ts > 2000 * sensor.expected_interval_s;
  const isState = statesOf(sensor.kind).length > 0;
  const long = end - raised > aroundMs;
  return (
    <section aria-label="Trend" className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="font-medium first-letter:uppercase">{sensor.name}</h3>
        <p className={cn("tabular-nums", stale && "text-muted")}>
          <span className="text-muted text-xs">{stale ? "stale " : "now "}</span>
          <span className="font-semibold text-lg">
            {isState && reading ? stateWord(sensor.kind, reading.value) : formatNumber(latest?.value, unit)}
          </span>{" "}
          {unit}
          {reading && <span className="ml-2 text-muted text-xs">{formatAge(now - reading.ts)} ago</span>}
        </p>
      </div>
      {trend.error ? (
        <p role="alert" className="text-critical">
          {trend.error.message}
        </p>
      ) : trend.isPending ? (
        <Skeleton className="h-[178px]" />
      ) : series[0]?.rows.length === 0 ? (
        <EmptyView title="No readings around the alarm" />
      ) : (
        <TrendChart
          label={sensor.name}
          unit={unit}
          timeZone={timeZone}
          from={from}
          to={to}
          series={series}
          resolution={resolutionOf(interval)}
          levels={levels}
          marks={marks}
        />
      )}
      {long && (
        <fieldset className="flex gap-1 text-xs">
          <legend className="sr-only">Range of the trend</legend>
          {[false, true].map((each) => (
            <button
              key={String(each)}
              type="button"
              aria-pressed={whole === each}
              className={cn(
                "cursor-pointer rounded-md px-2 py-1 hover:bg-raised",
                whole === each ? "bg-raised font-medium" : "text-muted",
              )}
              onClick={() => setWhole(each)}
            >
              {each ? "From raising to now or its end" : "15 min before and after"}
            </button>
          ))}
        </fieldset>
      )}
    </section>
  );
}
