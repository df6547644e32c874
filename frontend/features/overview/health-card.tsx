"use client";
// Whether the site is well, and why not: a score of 100 points less what its parts have lost, each part with its reasons and where they lead.
import Link from "next/link";
import { ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { Health } from "@/lib/api";
import { noValue } from "@/lib/format";
import { cn } from "@/lib/utils";

type Part = Health["parts"][number];

const words: Record<Health["word"], { text: string; glyph: string; color: string; token: string }> = {
  good: { text: "Good", glyph: "●", color: "text-good", token: "--good" },
  fair: { text: "Fair", glyph: "▲", color: "text-warning", token: "--warning" },
  poor: { text: "Poor", glyph: "▲", color: "text-major", token: "--major" },
  critical: { text: "Critical", glyph: "◆", color: "text-critical", token: "--critical" },
  unknown: { text: "Not known", glyph: "○", color: "text-unknown", token: "--unknown" },
};

const parts: Record<Part["key"], { label: string; pathname: string }> = {
  alarms: { label: "Alarms", pathname: "/alarms/" },
  racks: { label: "Racks within limits", pathname: "/environment/" },
  redundancy: { label: "Redundancy", pathname: "/alarms/" },
  data: { label: "Sensors heard", pathname: "/data-quality/" },
};

const shownAtMost = 4;
const points = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 1 });

function Ring({ score, token }: { score: number | null; token: string }) {
  const around = 2 * Math.PI * 42;
  return (
    <svg aria-hidden viewBox="0 0 100 100" className="size-28 -rotate-90">
      <circle cx={50} cy={50} r={42} fill="none" stroke="var(--raised)" strokeWidth={9} />
      {score !== null && (
        <circle
          cx={50}
          cy={50}
          r={42}
          fill="none"
          stroke={`var(${token})`}
          strokeWidth={9}
          strokeLinecap="round"
          strokeDasharray={`${(score / 100) * around} ${around}`}
        />
      )}
    </svg>
  );
}

function PartRow({ part, site }: { part: Part; site: string }) {
  const { label, pathname } = parts[part.key];
  const kept = part.weight > 0 ? 1 - part.lost / part.weight : 0;
  const judged = part.weight > 0;
  return (
    <li data-testid={`health-${part.key}`} className="grid grid-cols-[7.5rem_1fr_4.75rem] items-center gap-2 text-xs">
      <Link href={{ pathname, query: { site } }} className="truncate text-muted hover:text-foreground hover:underline">
        {label}
      </Link>
      <span aria-hidden className={cn("h-1.5 overflow-hidden rounded-full bg-raised", !judged && "hatched")}>
        {judged && (
          <span
            className={cn("block h-full rounded-full", part.lost > 0 ? "bg-warning" : "bg-good")}
            style={{ width: `${kept * 100}%` }}
          />
        )}
      </span>
      <span className={cn("text-right tabular-nums", part.lost > 0 ? "text-warning" : "text-muted")}>
        {!judged
          ? "not judged"
          : part.lost > 0
            ? `−${points(part.lost)} of ${points(part.weight)}`
            : `all ${points(part.weight)}`}
      </span>
    </li>
  );
}

type Props = { site: string; health: Health | undefined; error: Error | null; onRetry: () => void };

export function HealthCard({ site, health, error, onRetry }: Props) {
  if (!health) {
    return error ? (
      <Card>
        <ErrorView title="The site's health is not known" detail={error.message} onRetry={onRetry} />
      </Card>
    ) : (
      <Skeleton className="h-80" />
    );
  }
  const { text, glyph, color, token } = words[health.word];
  const reasons = health.parts.toSorted((a, b) => b.lost - a.lost).flatMap((part) => part.reasons);
  const shown = reasons.slice(0, shownAtMost);
  return (
    <Card aria-label="Health" className={cn("grid content-start gap-4 p-4", health.score === null && "hatched")}>
      <div className="flex items-center gap-4">
        <div className="relative shrink-0">
          <Ring score={health.score} token={token} />
          <span className="absolute inset-0 grid place-items-center">
            <span data-testid="health-score" className="font-semibold text-3xl tabular-nums tracking-tight">
              {health.score ?? noValue}
            </span>
          </span>
        </div>
        <div className="min-w-0">
          <h2 className="text-muted">Health</h2>
          <p data-testid="health-word" className={cn("flex items-center gap-2 font-semibold text-xl", color)}>
            <span aria-hidden className="text-[0.7em]">
              {glyph}
            </span>
            {text}
          </p>
          <p className="text-muted text-xs">
            {health.score === null
              ? "No sensor reports."
              : reasons.length === 0
                ? "Nothing stands against it."
                : `${100 - health.score} points lost, of 100`}
          </p>
        </div>
      </div>
      {shown.length > 0 && (
        <ul data-testid="health-reasons" className="grid gap-1">
          {shown.map(({ text: reason, href }) => (
            <li key={`${href} ${reason}`}>
              <Link href={href} className="line-clamp-2 hover:underline">
                {reason}
              </Link>
            </li>
          ))}
          {reasons.length > shown.length && (
            <li>
              <Link href={{ pathname: "/alarms/", query: { site } }} className="text-primary hover:underline">
                and {reasons.length - shown.length} more
              </Link>
            </li>
          )}
        </ul>
      )}
      <ul aria-label="Parts of the score" className="mt-auto grid gap-1.5 border-t pt-3">
        {health.parts.map((part) => (
          <PartRow key={part.key} part={part} site={site} />
        ))}
      </ul>
    </Card>
  );
}
