// How severity and state of an alarm look: a word and a glyph, and a colour beside them, never colour alone.
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  Info,
  OctagonAlert,
  TriangleAlert,
  UserCheck,
} from "lucide-react";
import { severities } from "@/lib/alarms";
import type { Alarm, Severity, SeverityCounts } from "@/lib/api";
import { cn } from "@/lib/utils";

export const severityLooks = {
  critical: { word: "Critical", glyph: OctagonAlert, text: "text-critical", solid: "bg-critical", token: "--critical" },
  major: { word: "Major", glyph: TriangleAlert, text: "text-major", solid: "bg-major", token: "--major" },
  minor: { word: "Minor", glyph: CircleAlert, text: "text-warning", solid: "bg-warning", token: "--warning" },
  info: { word: "Info", glyph: Info, text: "text-info", solid: "bg-info", token: "--info" },
} as const satisfies Record<Severity, object>;

export function SeverityBadge({ severity, over = false }: { severity: Severity; over?: boolean }) {
  const { word, glyph: Glyph, text } = severityLooks[severity];
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", over ? "text-muted" : text)}>
      <Glyph aria-hidden className="size-4 shrink-0" />
      <span className="self-baseline">{word}</span>
    </span>
  );
}

const stateLooks = {
  active: { word: "Active", glyph: CircleDot, hint: "The condition holds; nobody has acknowledged it" },
  acknowledged: { word: "Acknowledged", glyph: UserCheck, hint: "The condition holds; somebody looks after it" },
  cleared: { word: "Cleared", glyph: CircleDashed, hint: "The condition is over; nobody has acknowledged it" },
  resolved: { word: "Resolved", glyph: CircleCheck, hint: "Over and done with" },
} as const satisfies Record<Alarm["state"], object>;

/** A latched alarm whose condition is over waits for its reset. */
export function AlarmStateBadge({ alarm: { state, latched } }: { alarm: Pick<Alarm, "state" | "latched"> }) {
  const { word, glyph: Glyph, hint } = stateLooks[state];
  const held = state === "cleared" && latched;
  return (
    <span
      title={held ? "The condition is over; it stays until it is reset" : hint}
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap",
        state === "active" ? "font-medium" : "text-muted",
      )}
    >
      <Glyph aria-hidden className="size-3.5 shrink-0" />
      <span className="self-baseline">{held ? "Cleared, latched" : word}</span>
    </span>
  );
}

/** How many of each severity; those that there are none of are left out. */
export function SeverityTally({ counts }: { counts: SeverityCounts }) {
  const some = severities.filter((severity) => counts[severity] > 0);
  if (some.length === 0) return <span className="text-muted">no alarms</span>;
  return (
    <span className="inline-flex flex-wrap gap-x-3 gap-y-1">
      {some.map((severity) => {
        const { word, glyph: Glyph, text } = severityLooks[severity];
        return (
          <span key={severity} className={cn("inline-flex items-center gap-1 whitespace-nowrap", text)}>
            <Glyph aria-hidden className="size-3.5" />
            <span className="self-baseline tabular-nums">{counts[severity]}</span> {word.toLowerCase()}
          </span>
        );
      })}
    </span>
  );
}
