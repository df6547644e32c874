// A load against its rating, as a bar: marks where it may be for hours and at the rating, and a diamond for the load when the other feed is lost.
import { formatShare } from "@/lib/format";
import { cn } from "@/lib/utils";
import type { Over } from "./power-types";

type Props = {
  label: string;
  share: number | null;
  over: Over;
  /** The share that it may carry for hours. */
  continuous: number;
  /** With what it would carry alone. */
  second?: { share: number | null; over: Over; label: string };
  /** The end of the bar, as a share. */
  whole?: number;
  className?: string;
};

const color = (over: Over) => (over === "rating" ? "bg-critical" : over ? "bg-warning" : "bg-[var(--chart-1)]");

export function LoadBar({ label, share, over, continuous, second, whole = 1.2, className }: Props) {
  const at = (value: number) => `${(Math.min(whole, Math.max(0, value)) / whole) * 100}%`;
  const spoken = [
    `${label}: ${share === null ? "not known" : `${formatShare(share)} of the rating`}`,
    ...(over ? [over === "rating" ? "over capacity" : "above what it may carry for hours"] : []),
    ...(second && second.share !== null ? [`${formatShare(second.share)} ${second.label}`] : []),
  ].join(", ");
  return (
    <span role="img" aria-label={spoken} title={spoken} className={cn("relative block h-4", className)}>
      <span
        className={cn(
          "absolute inset-y-[3px] inset-x-0 overflow-hidden rounded-sm bg-raised",
          share === null && "hatched",
        )}
      >
        {share !== null && <span className={cn("block h-full", color(over))} style={{ width: at(share) }} />}
      </span>
      <span
        className="absolute inset-y-0 border-l border-dashed border-[var(--warning)]"
        style={{ left: at(continuous) }}
      />
      <span className="absolute inset-y-0 w-0.5 bg-foreground/70" style={{ left: `calc(${at(1)} - 1px)` }} />
      {second && second.share !== null && (
        <span
          className={cn(
            "absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rotate-45 border-2 border-surface",
            second.over === "rating" ? "bg-critical" : second.over ? "bg-warning" : "bg-foreground",
          )}
          style={{ left: at(second.share) }}
        />
      )}
    </span>
  );
}

/** How far bars reach that stand under one another: a little beyond the rating, or to the largest of them. */
export const wholeOf = (shares: (number | null | undefined)[]) =>
  Math.max(1.15, ...shares.map((each) => (each ?? 0) * 1.05));
