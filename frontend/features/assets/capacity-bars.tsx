"use client";
// How much of something is taken, as a bar and in figures. What is over its limit says so by a glyph, too.
import { TriangleAlert } from "lucide-react";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import type { Capacity, Over } from "./assets-types";

type Part = { value: number; className: string; label: string };

export type BarModel = {
  parts: Part[];
  /** Null: nobody has said how much there may be. */
  limit: number | null;
  /** What is measured, where that is not what the bar shows. */
  mark?: number;
  unit: string;
  over: boolean;
  text: string;
};

const round = (value: number, unit: string) => formatNumber(value, unit);

export function spaceBar({ u }: Capacity): BarModel {
  return {
    parts: [
      { value: u.used, className: "bg-[var(--chart-1)]", label: "used" },
      { value: u.reserved, className: "bg-info/60", label: "reserved" },
      { value: u.blocked, className: "bg-unknown/70", label: "blocked" },
    ],
    ...{ limit: u.total, unit: "U", over: false, text: `${u.total - u.free} / ${u.total} U` },
  };
}

function amountBar(used: number, limit: number | null, unit: string, over: boolean, label: string): BarModel {
  const digits = unit === "kg" ? "count" : unit;
  return {
    parts: [{ value: used, className: "bg-[var(--chart-1)]", label }],
    ...{ limit, unit, over },
    text:
      limit === null
        ? `${round(used, digits)} ${unit}, no limit`
        : `${round(used, digits)} / ${round(limit, digits)} ${unit}`,
  };
}

/** Of a sum: only when the sum itself is; that racks in it are is told beside it. */
const isOver = ({ over, racks }: Capacity, what: Over, used: number, limit: number | null) =>
  over.includes(what) && (racks <= 1 || (limit !== null && used > limit));

export function powerBar(capacity: Capacity): BarModel {
  const { load, reserved, rated, measured } = capacity.power_kw;
  const bar = amountBar(load, rated, "kW", isOver(capacity, "power", load, rated), "load");
  const own = Math.max(0, load - reserved);
  return {
    ...bar,
    parts: [
      { value: own, className: "bg-[var(--chart-1)]", label: "load" },
      { value: load - own, className: "bg-info/60", label: "reserved" },
    ],
    ...(measured !== null && { mark: measured }),
  };
}

export function feedBar(capacity: Capacity): BarModel | undefined {
  const { surviving_feed, surviving_feed_rated } = capacity.power_kw;
  if (surviving_feed === null) return undefined;
  return amountBar(
    surviving_feed,
    surviving_feed_rated,
    "kW",
    isOver(capacity, "surviving-feed", surviving_feed, surviving_feed_rated),
    "on one feed",
  );
}

export function weightBar(capacity: Capacity): BarModel {
  const { used, limit } = capacity.weight_kg;
  return amountBar(used, limit, "kg", isOver(capacity, "weight", used, limit), "weight");
}

export function coolingBar(capacity: Capacity): BarModel {
  const { load, limit } = capacity.cooling_kw;
  return amountBar(load, limit, "kW", isOver(capacity, "cooling", load, limit), "heat");
}

export function CapacityBar({
  label,
  bar,
  tall = false,
}: {
  label: string;
  bar: BarModel | undefined;
  tall?: boolean;
}) {
  if (!bar) {
    return (
      <span className="text-muted text-xs" title="Nobody has said what is plugged into which feed">
        not known
      </span>
    );
  }
  const { parts, limit, mark, unit, over, text } = bar;
  const sum = parts.reduce((total, { value }) => total + value, 0);
  // A bar that is over shows how far: its limit is a line within it.
  const whole = Math.max(limit ?? sum, sum, 0.001);
  const spoken = [
    `${label}: ${text}`,
    ...parts.filter(({ value }) => value > 0).map(({ label: what, value }) => `${round(value, unit)} ${what}`),
    ...(mark === undefined ? [] : [`${round(mark, unit)} ${unit} measured`]),
    ...(over ? ["over capacity"] : []),
  ].join(", ");
  return (
    <span className="grid min-w-0 gap-0.5" title={spoken}>
      <span className={cn("flex items-center gap-1 text-xs tabular-nums", over && "font-semibold text-critical")}>
        {over && <TriangleAlert aria-hidden className="size-3.5 shrink-0" />}
        <span className="truncate">{text}</span>
        {limit !== null && limit > 0 && (
          <span className={cn("ml-auto text-muted", over && "text-critical")}>{Math.round((sum / limit) * 100)} %</span>
        )}
      </span>
      <span
        role="img"
        aria-label={spoken}
        className={cn(
          "relative flex overflow-hidden rounded-sm bg-raised",
          limit === null && "hatched",
          tall ? "h-3" : "h-2",
        )}
      >
        {(limit === null ? [] : parts).map(({ value, className, label: what }) => (
          <span
            key={what}
            className={cn("h-full", over ? "bg-critical" : className)}
            style={{ width: `${(value / whole) * 100}%` }}
          />
        ))}
        {mark !== undefined && (
          <span
            className="absolute inset-y-0 w-0.5 bg-foreground"
            style={{ left: `calc(${(mark / whole) * 100}% - 1px)` }}
          />
        )}
        {limit !== null && sum > limit && (
          <span
            className="absolute inset-y-0 w-0.5 bg-surface"
            style={{ left: `calc(${(limit / whole) * 100}% - 1px)` }}
          />
        )}
      </span>
    </span>
  );
}
