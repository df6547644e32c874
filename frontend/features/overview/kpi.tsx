// One key figure: its value, what state it is in, where it is going, its last 24 hours and how old it is.
import { ArrowDownRight, ArrowRight, ArrowUpRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { StateBadge } from "@/components/state-badge";
import { Card } from "@/components/ui/card";
import { formatNumber } from "@/lib/format";
import type { RackState } from "@/lib/rack-figures";
import { cn } from "@/lib/utils";
import type { Change } from "./change";
import { trendGapMs, trendHours } from "./overview-api";

const arrows = { up: ArrowUpRight, down: ArrowDownRight, steady: ArrowRight };
const words = { up: "rising", down: "falling", steady: "steady" };

function Arrow({ change, unit, digitsOf }: { change: Change; unit: string; digitsOf: string }) {
  const { direction, by } = change;
  const Glyph = arrows[direction];
  const amount = direction === "steady" ? "" : `${by > 0 ? "+" : "−"}${formatNumber(Math.abs(by), digitsOf)}`;
  return (
    <span
      title={`${words[direction]}: ${amount || "no change"} ${unit} within an hour`}
      className="inline-flex items-center gap-0.5 whitespace-nowrap text-muted text-xs tabular-nums"
    >
      <Glyph aria-hidden className="size-3.5" />
      <span className="sr-only">{words[direction]}</span>
      {amount}
    </span>
  );
}

const tokens: Record<RackState, string> = {
  ok: "--chart-1",
  warning: "--warning",
  critical: "--critical",
  "no data": "--unknown",
};

type Props = {
  label: string;
  testId: string;
  value: string;
  unit: string;
  /** Whose digits its change has, when it has no unit. */
  digitsOf?: string;
  state: RackState;
  /** Where it leads. */
  href: { pathname: string; query: Record<string, string> };
  change: Change | undefined;
  rows: number[][] | undefined;
  now: number;
  /** No span of values is drawn larger than this. */
  atLeast: number;
  /** Its own figures are steps, not a curve with gaps. */
  gapMs?: number;
  /** In place of the curve. */
  instead?: ReactNode;
  children: ReactNode;
};

export function Kpi(props: Props) {
  const {
    label,
    testId,
    value,
    unit,
    digitsOf = unit,
    state,
    href,
    change,
    rows,
    now,
    atLeast,
    gapMs = trendGapMs,
    instead,
    children,
  } = props;
  const muted = state === "no data";
  return (
    <Card aria-label={label} className={cn("flex flex-col p-4", muted && "hatched")}>
      <div className="flex min-h-5 flex-wrap items-baseline justify-between gap-x-2">
        <h2 className="whitespace-nowrap text-muted">
          <Link href={href} className="hover:text-foreground hover:underline">
            {label}
          </Link>
        </h2>
        {state !== "ok" && (
          <span className="text-xs">
            <StateBadge state={state} />
          </span>
        )}
      </div>
      <p className="mt-0.5 flex flex-wrap items-baseline gap-x-1.5">
        <span
          data-testid={testId}
          className={cn("whitespace-nowrap font-semibold text-2xl tabular-nums tracking-tight", muted && "text-muted")}
        >
          {value}
        </span>
        {unit && <span className="text-muted">{unit}</span>}
        <span className="ml-auto">{change && <Arrow {...{ change, unit, digitsOf }} />}</span>
      </p>
      <div className={cn("mt-2 grid min-h-7 flex-1", instead ? "items-center" : "max-h-20")}>
        {instead ?? (
          <Sparkline
            label={`${label}, last ${trendHours} hours`}
            from={now - trendHours * 3_600_000}
            to={now}
            token={tokens[state]}
            className="h-full min-h-7"
            {...{ rows, gapMs, atLeast }}
          />
        )}
      </div>
      <p className="mt-2 flex flex-wrap gap-x-2 text-muted text-xs tabular-nums">{children}</p>
    </Card>
  );
}
