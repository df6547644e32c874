"use client";
// The limits that hold for a rack, and the rule that each comes from. They are edited where rules are: there is one truth.
import Link from "next/link";
import { severityLooks } from "@/components/severity-badge";
import { EmptyView } from "@/components/state-views";
import type { Limits, Rack } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { useMay } from "@/lib/roles";
import { inShownUnit } from "@/lib/units";
import { cn } from "@/lib/utils";
import { mainKinds, wordOf } from "./rack-charts";

const scopeWords: Record<Limits["scope"], string> = {
  kind: "for all of its kind",
  site: "for the site",
  room: "for the room",
  rack: "for this rack",
  sensor: "for this sensor",
};

function Line({ site, rack, limits, mayEdit }: { site: string; rack: Rack; limits: Limits; mayEdit: boolean }) {
  const own = limits.scope === "rack" || limits.scope === "sensor";
  // A wider rule stays as it is: this rack gets one of its own, which begins as a copy of it.
  const query = own ? { site, rule: limits.rule_id } : { site, rule: "new", copy: limits.rule_id, rack: rack.id };
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t px-3 py-2 first:border-t-0">
      <span className="min-w-36 font-medium first-letter:uppercase">{wordOf(limits.kind)}</span>
      <span className="flex flex-wrap gap-x-3">
        {limits.levels.map(({ when, limit, severity }) => {
          const { glyph: Glyph, text, word } = severityLooks[severity];
          const { value, unit } = inShownUnit(limit, limits.unit);
          return (
            <span key={`${when}${limit}`} title={word} className={cn("inline-flex items-center gap-1", text)}>
              <Glyph aria-hidden className="size-3.5" />
              <span className="sr-only">{word}</span>
              <span className="whitespace-nowrap tabular-nums">
                {when === "below" ? "<" : ">"} {formatNumber(value, unit)} {unit}
              </span>
            </span>
          );
        })}
      </span>
      <span className="ml-auto text-muted text-xs">
        {limits.rule}, {scopeWords[limits.scope]}
        {mayEdit && (
          <Link
            className="ml-2 text-primary underline-offset-2 hover:underline"
            aria-label={`Edit the limits of ${wordOf(limits.kind)}`}
            href={{ pathname: "/alarms/rules/", query }}
          >
            edit
          </Link>
        )}
      </span>
    </li>
  );
}

export function RackLimits({ site, rack, limits }: { site: string; rack: Rack; limits: Limits[] }) {
  const may = useMay();
  const rank = ({ kind }: Limits) => (mainKinds.includes(kind) ? mainKinds.indexOf(kind) : mainKinds.length);
  const kinds = [...new Map(limits.map((each) => [`${each.kind} ${each.rule_id}`, each])).values()].sort(
    (a, b) => rank(a) - rank(b) || a.kind.localeCompare(b.kind),
  );
  if (kinds.length === 0) return <EmptyView title="No limits hold for this rack">Alarm rules bring them.</EmptyView>;
  return (
    <ul className="rounded-md border">
      {kinds.map((each) => (
        <Line key={`${each.kind} ${each.rule_id}`} {...{ site, rack, limits: each, mayEdit: may.manage }} />
      ))}
    </ul>
  );
}
