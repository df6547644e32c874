"use client";
// The blocks of a battery string side by side, coloured by how far each is from the string's median; what is beyond a limit is marked, and the
// block under the pointer or the focus says its value.
import { useRef, useState } from "react";
import { severityLooks } from "@/components/severity-badge";
import { EmptyView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Segments } from "@/components/ui/segments";
import { formatAge, formatNumber } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { liveValue } from "./live-value";
import { blockMetrics, deviationText, type Judged, judgeBlocks, type MetricKey, toneOf } from "./outliers";
import type { Ups } from "./ups-model";

const metricKeys = Object.keys(blockMetrics) as MetricKey[];
const isMetric = (text: string | null): text is MetricKey => text !== null && Object.hasOwn(blockMetrics, text);
/** Neutral at the median, so that what is as it should be is quiet; what is written on it stays readable. */
const shadeOf = (tone: number) =>
  `color-mix(in oklch, var(${tone < 0.5 ? "--chart-1" : "--major"}) ${Math.round(Math.abs(tone - 0.5) * 100)}%, var(--raised))`;
const scaleSteps = Array.from({ length: 16 }, (_, at) => (at + 0.5) / 16);

function limitWords(key: MetricKey) {
  const { limits, relative, sides } = blockMetrics[key];
  return limits
    .map(
      ({ at, severity }) =>
        `${sides === "both" ? "±" : "+"}${at} ${relative ? "%" : "K"} ${severityLooks[severity].word.toLowerCase()}`,
    )
    .join(", ");
}

type CellProps = {
  number: string;
  judged: Judged;
  metric: MetricKey;
  here: boolean;
  first: boolean;
  onPoint: (on: boolean) => void;
};

function Cell({ number, judged, metric, here, first, onPoint }: CellProps) {
  const { value, deviation, severity } = judged;
  const { unit, label } = blockMetrics[metric];
  const look = severity && severityLooks[severity];
  const Glyph = look?.glyph;
  return (
    <button
      type="button"
      data-block={number}
      tabIndex={here || first ? 0 : -1}
      aria-label={[
        `Block ${number}, ${label.toLowerCase()}`,
        value === null ? "not known" : `${formatNumber(value, blockDigits(unit))} ${unit}`,
        value !== null && `${deviationText(metric, deviation)} of the median`,
        look && `outlier, ${look.word.toLowerCase()}`,
      ]
        .filter(Boolean)
        .join(", ")}
      onFocus={() => onPoint(true)}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      className={cn(
        "relative grid h-11 min-w-0 place-items-center rounded-sm text-[0.6875rem] tabular-nums outline-offset-1",
        value === null && "hatched border text-muted",
        here && "z-10 outline-2 outline-foreground",
      )}
      style={{
        background: deviation === null ? undefined : shadeOf(toneOf(metric, deviation)),
        boxShadow: look ? `inset 0 0 0 3px var(${look.token}), inset 0 0 0 4px var(--surface)` : undefined,
      }}
    >
      {number}
      {Glyph && look && (
        <span className="absolute -top-1.5 -right-1.5 grid size-4 place-items-center rounded-full bg-surface">
          <Glyph aria-hidden className={cn("size-3.5", look.text)} />
        </span>
      )}
    </button>
  );
}

/** A block's voltage tells in hundredths. */
const blockDigits = (unit: string) => (unit === "V" || unit === "mΩ" ? "kW" : unit);

export function BatteryStrip({ ups }: { ups: Ups }) {
  const url = useUrlState();
  const now = useServerNow();
  const given = url.search.get("blocks");
  const metric: MetricKey = isMetric(given) ? given : "voltage";
  const [pointed, setPointed] = useState<string>();
  const host = useRef<HTMLFieldSetElement>(null);
  const blocks = ups.battery?.blocks ?? [];
  const sensors = blocks.flatMap((block) => block[metric] ?? []);
  useReadingsOf(sensors);
  const { unit, label } = blockMetrics[metric];
  const { median, blocks: judged } = judgeBlocks(
    metric,
    blocks.map((block) => liveValue(block[metric], now)),
  );
  const outliers = blocks.flatMap(({ number }, at) => (judged[at]?.severity ? [{ number, ...judged[at] }] : []));
  const at = blocks.findIndex(({ number }) => number === pointed);
  const shown = at >= 0 ? judged[at] : undefined;
  const reading = at >= 0 ? readingsStore.get(blocks[at]?.[metric]?.id ?? -1) : undefined;
  const move = (by: number) => {
    const next = blocks[Math.max(0, Math.min(blocks.length - 1, (at < 0 ? 0 : at) + by))];
    if (next) host.current?.querySelector<HTMLElement>(`[data-block="${next.number}"]`)?.focus();
  };
  return (
    <Card className="grid min-w-0 gap-3 p-4" aria-label={`Battery blocks of ${ups.name}`}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="font-medium">Battery blocks of {ups.name}</h2>
        <Segments
          label="What the blocks are coloured by"
          chosen={metric}
          segments={metricKeys.map((key) => ({ value: key, label: blockMetrics[key].label }))}
          onChoose={(key) => url.set({ blocks: key === "voltage" ? null : key })}
        />
        <span className="text-muted text-xs tabular-nums">
          median {formatNumber(median, blockDigits(unit))} {unit}
        </span>
        <span
          className={cn("text-xs", outliers.length ? "font-medium text-warning" : "text-muted")}
          data-testid={`outliers-${ups.name}`}
        >
          {blocks.length === 0
            ? ""
            : outliers.length
              ? `${outliers.length} ${outliers.length === 1 ? "outlier" : "outliers"}: ${outliers
                  .map(({ number, deviation }) => `${number} (${deviationText(metric, deviation ?? null)})`)
                  .join(", ")}`
              : "no outliers"}
        </span>
      </div>
      {blocks.length === 0 ? (
        <EmptyView title="No battery monitor">Its blocks would be shown here.</EmptyView>
      ) : (
        <>
          <fieldset
            ref={host}
            aria-label={`${label} of ${blocks.length} blocks`}
            className="grid min-w-0 grid-cols-[repeat(8,minmax(0,1fr))] gap-1 sm:grid-cols-[repeat(16,minmax(0,1fr))] xl:grid-cols-[repeat(32,minmax(0,1fr))]"
            onKeyDown={(event) => {
              const by = {
                ArrowRight: 1,
                ArrowDown: 1,
                ArrowLeft: -1,
                ArrowUp: -1,
                Home: -blocks.length,
                End: blocks.length,
              }[event.key];
              if (!by) return;
              event.preventDefault();
              move(by);
            }}
            onBlur={() => setPointed(undefined)}
          >
            {blocks.map(({ number }, index) => (
              <Cell
                key={number}
                number={number}
                judged={judged[index] ?? { value: null, deviation: null, severity: null }}
                here={number === pointed}
                first={at < 0 && index === 0}
                onPoint={(on) => setPointed((before) => (on ? number : before === number ? undefined : before))}
                metric={metric}
              />
            ))}
          </fieldset>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-xs">
            <p className="min-h-5 tabular-nums" aria-live="polite" data-testid="block-reading">
              {shown ? (
                <>
                  <strong className="font-semibold">Block {pointed}</strong>{" "}
                  {shown.value === null ? "not known" : `${formatNumber(shown.value, blockDigits(unit))} ${unit}`}
                  {shown.value !== null && (
                    <span className="text-muted">, {deviationText(metric, shown.deviation)} of the median</span>
                  )}
                  {shown.severity && (
                    <span className={severityLooks[shown.severity].text}>
                      , outlier ({severityLooks[shown.severity].word.toLowerCase()})
                    </span>
                  )}
                  {reading && <span className="text-muted">, {formatAge(now - reading.ts)} old</span>}
                </>
              ) : (
                <span className="text-muted">Point at a block, or go along them with the arrow keys.</span>
              )}
            </p>
            <div className="flex items-center gap-2 text-muted">
              <span>below</span>
              <span aria-hidden className="flex h-2.5 w-32 overflow-hidden rounded-sm">
                {scaleSteps.map((step) => (
                  <span key={step} className="flex-1" style={{ background: shadeOf(step) }} />
                ))}
              </span>
              <span>above the median · marked: {limitWords(metric)}</span>
            </div>
          </div>
        </>
      )}
    </Card>
  );
}
