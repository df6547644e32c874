// How the state of a rack or a room looks: a word and a glyph, and a colour beside them, never colour alone.
import type { RoomStatus } from "@/lib/api";
import type { RackState } from "@/lib/rack-figures";
import { cn } from "@/lib/utils";

const stateLooks: Record<RackState, { word: string; glyph: string; text: string }> = {
  ok: { word: "OK", glyph: "●", text: "text-good" },
  warning: { word: "Warning", glyph: "▲", text: "text-warning" },
  critical: { word: "Critical", glyph: "◆", text: "text-critical" },
  "no data": { word: "No data", glyph: "○", text: "text-unknown" },
};

export const stateOfRoom: Record<RoomStatus, RackState> = {
  green: "ok",
  amber: "warning",
  red: "critical",
  grey: "no data",
};

export function StateBadge({ state }: { state: RackState }) {
  const { word, glyph, text } = stateLooks[state];
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", text)}>
      <span aria-hidden className="text-[0.7em]">
        {glyph}
      </span>
      {word}
    </span>
  );
}
