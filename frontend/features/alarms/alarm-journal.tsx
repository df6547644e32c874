"use client";
// Everything that happened to an alarm, oldest first; nobody can change it.
import { Moment } from "@/components/moment";
import { severityLooks } from "@/components/severity-badge";
import type { Alarm, AlarmChange } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { stateWord } from "@/lib/units";
import { cn } from "@/lib/utils";

const words: Record<AlarmChange["change"], string> = {
  raised: "Raised",
  "raised-again": "Raised again",
  announced: "Announced, as it still holds",
  "severity-raised": "Became worse",
  "severity-lowered": "Became less severe",
  cleared: "Condition is over",
  acknowledged: "Acknowledged",
  noted: "Note",
  reset: "Reset",
  resolved: "Resolved",
  notified: "Notified",
};

const byEngine = new Set<AlarmChange["change"]>(["raised", "raised-again", "severity-raised", "severity-lowered"]);

function detailOf(change: AlarmChange, alarm: Alarm) {
  if (change.value === null || alarm.type === "no-data") return "";
  if (alarm.type === "state") return stateWord(alarm.kind, change.value);
  const limit = change.limit === null ? "" : `, limit ${formatNumber(change.limit, alarm.unit)}`;
  return `${formatNumber(change.value, alarm.unit)} ${alarm.unit}${limit}`;
}

export function AlarmJournal({ alarm, journal, timeZone }: { alarm: Alarm; journal: AlarmChange[]; timeZone: string }) {
  return (
    <section aria-label="Journal" className="grid gap-2">
      <h3 className="font-medium">Journal</h3>
      <ol className="grid gap-2 border-l pl-4">
        {journal.map((change) => (
          <li key={change.id} data-testid={`journal-${change.change}`} className="relative">
            <span
              aria-hidden
              className={cn(
                "absolute top-1.5 -left-[1.28rem] size-2 rounded-full ring-4 ring-surface",
                byEngine.has(change.change) ? severityLooks[change.severity].solid : "bg-muted",
              )}
            />
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span>
                <span className="font-medium">{words[change.change]}</span>
                {byEngine.has(change.change) && (
                  <span className={severityLooks[change.severity].text}> {severityLooks[change.severity].word}</span>
                )}
                {change.actor && <span className="text-muted"> by {change.actor}</span>}
              </span>
              <span className="text-muted text-xs">
                <Moment iso={change.ts} timeZone={timeZone} />
              </span>
            </div>
            {detailOf(change, alarm) && <p className="text-muted text-xs tabular-nums">{detailOf(change, alarm)}</p>}
            {change.note && <p className="mt-0.5 whitespace-pre-wrap break-words">{change.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
