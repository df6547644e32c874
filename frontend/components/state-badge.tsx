// How the state of a rack or a room looks.
import type { RoomStatus } from "@/lib/api";
import type { RackState } from "@/lib/rack-figures";
import { WordBadge } from "./word-badge";

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

export const StateBadge = ({ state }: { state: RackState }) => <WordBadge {...stateLooks[state]} />;
