// How the state of a rack or a room looks: a word and a glyph, and a colour beside them, never colour alone.
import type { Rack, RoomStatus } from "@/lib/api";
import { cn } from "@/lib/utils";
import { counts, type Find, inletState, type RackState, sensorOf } from "./figures";

export const stateLooks: Record<RackState, { word: string; glyph: string; text: string }> = {
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

/** By its inlet; a rack whose inlet is silent has no data, whatever else it says. */
export function rackState(rack: Rack, find: Find, now: number): RackState {
  const inlet = sensorOf(rack, "inlet-temperature");
  const reading = inlet && find(inlet.id);
  return inlet && counts(inlet, reading, now) ? inletState(reading.value) : "no data";
}
