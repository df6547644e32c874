"use client";
// A figure with what makes it believable: how much of what it should hold it holds, its bounds, its age, and the way to how it was made.
import { CircleQuestionMark } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { formatAge, formatNumber } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import type { Amount } from "./power-types";

/** "pue"; of a rack "rack-load:12". */
export function ExplainButton({ figure, label }: { figure: string; label: string }) {
  const url = useUrlState();
  return (
    <Button
      variant="ghost"
      size="tiny"
      className="size-6"
      aria-label={`Explain ${label}`}
      title="Explain this number"
      onClick={() => url.set({ explain: figure }, { push: true })}
    >
      <CircleQuestionMark aria-hidden />
    </Button>
  );
}

/** No figure is older than this without being greyed: twice what its meters keep. */
const staleMs = 120_000;

export function useAge(ts: string | null) {
  const now = useServerNow();
  const ms = ts === null ? null : now - Date.parse(ts);
  return { ms, stale: ms === null || ms > staleMs, text: ms === null ? "no reading" : `${formatAge(ms)} old` };
}

type ProvenanceProps = { reporting: number; expected: number; ts: string | null };

export function Provenance({ reporting, expected, ts }: ProvenanceProps) {
  const { text, stale } = useAge(ts);
  const all = reporting === expected;
  return (
    <span className="inline-flex flex-wrap gap-x-2 text-muted text-xs tabular-nums">
      <span className={cn(!all && "text-warning")}>
        {all ? (expected === 1 ? "1 meter" : `all ${expected} meters`) : `${reporting} of ${expected} meters`}
      </span>
      <span title="Age of the oldest reading in it" className={cn(stale && "text-warning")}>
        {text}
      </span>
    </span>
  );
}

type Bounded = { value: number | null; lower: number | null; upper: number | null; complete: boolean };

/** "between 80.0 and 84.2", where something is missing and it can be bounded; nothing where the bounds say no more than the value. */
export function boundsText({ value, lower, upper, complete }: Bounded, unit: string) {
  const same = (bound: number) => formatNumber(bound, unit) === formatNumber(value, unit);
  const idle = (bound: number | null) => (bound === null ? complete : same(bound));
  if ((lower === null && upper === null) || (idle(lower) && idle(upper))) return undefined;
  if (upper === null) return `at least ${formatNumber(lower, unit)}`;
  if (lower === null) return `at most ${formatNumber(upper, unit)}`;
  return `between ${formatNumber(lower, unit)} and ${formatNumber(upper, unit)}`;
}

/** Of a sum of power. */
export const amountBounds = ({ kw, lower_kw, upper_kw, reporting, expected }: Amount) =>
  boundsText({ value: kw, lower: lower_kw, upper: upper_kw, complete: reporting === expected }, "kW");

type AmountProps = { label: string; figure: string; amount: Amount; what?: string; token?: string; share?: string };

/** One part of the whole in a line. */
export function AmountLine({ label, figure, amount, token, share }: AmountProps) {
  const { stale } = useAge(amount.ts);
  const bounds = amountBounds(amount);
  const unknown = amount.kw === null;
  return (
    <li className={cn("grid gap-0.5 px-4 py-2", unknown && "hatched")} data-testid={`amount-${figure}`}>
      <div className="flex items-center gap-2">
        {token && <span aria-hidden className="size-2.5 shrink-0 rounded-sm" style={{ background: `var(${token})` }} />}
        <span className="font-medium">{label}</span>
        <ExplainButton figure={figure} label={label} />
        <span className={cn("ml-auto whitespace-nowrap tabular-nums", (stale || unknown) && "text-muted")}>
          <span className="font-semibold text-base">{formatNumber(amount.kw, "kW")}</span> kW
        </span>
        {share && <span className="w-12 text-right text-muted text-xs tabular-nums">{share}</span>}
      </div>
      <p className="flex flex-wrap gap-x-2 text-muted text-xs">
        {amount.method && <span>{amount.method}</span>}
        <Provenance {...amount} />
        {bounds && <span className="text-warning tabular-nums">{bounds} kW</span>}
      </p>
    </li>
  );
}

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
