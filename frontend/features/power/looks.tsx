// How what the pages of power say is told: a word and a glyph beside each colour, and which colour that is.
import { WordBadge } from "@/components/word-badge";
import type { Sensor } from "@/lib/api";
import type { Find } from "@/lib/usable";
import { usable } from "@/lib/usable";
import type { ElementState, Finding, Kind, Method, Over, RackOutcome, Redundancy } from "./power-types";

export const kindWords: Record<Kind, string> = {
  source: "Source",
  generator: "Generator",
  switchboard: "Switchboard",
  transformer: "Transformer",
  "transfer-switch": "Transfer switch",
  ups: "UPS",
  panel: "Panel",
  "rack-feed": "Rack feed",
  load: "Load",
};

export const methodWords: Record<Method, string> = {
  measured: "measured",
  sum: "sum of what hangs on it",
  estimated: "estimated",
  computed: "computed from the losses model",
  none: "nothing is known of it",
};

type Look = { word: string; glyph: string; text: string; token: string };

/** Of an element, as it is or as it would be. */
export const elementLooks: Record<ElementState | "lost", Look> = {
  ok: { word: "Online", glyph: "●", text: "text-good", token: "--good" },
  "on-battery": { word: "On battery", glyph: "▲", text: "text-warning", token: "--warning" },
  dead: { word: "Dead", glyph: "✕", text: "text-critical", token: "--critical" },
  lost: { word: "Lost", glyph: "✕", text: "text-critical", token: "--critical" },
  unknown: { word: "Not known", glyph: "○", text: "text-unknown", token: "--unknown" },
};

const redundancyLooks: Record<Redundancy, Look> = {
  "as-designed": { word: "As designed", glyph: "●", text: "text-good", token: "--good" },
  lost: { word: "Lost", glyph: "▲", text: "text-major", token: "--major" },
  "single-fed": { word: "Single-fed", glyph: "◐", text: "text-info", token: "--info" },
  dark: { word: "Dark", glyph: "✕", text: "text-critical", token: "--critical" },
  unknown: { word: "Not known", glyph: "○", text: "text-unknown", token: "--unknown" },
};

export const outcomeLooks: Record<RackOutcome["state"], Look> = {
  dark: { word: "Dark", glyph: "✕", text: "text-critical", token: "--critical" },
  "partly-dark": { word: "Partly dark", glyph: "◐", text: "text-critical", token: "--critical" },
  "redundancy-lost": { word: "Redundancy lost", glyph: "▲", text: "text-major", token: "--major" },
  "on-battery": { word: "On battery", glyph: "▲", text: "text-warning", token: "--warning" },
};

export const findingLooks: Record<Finding["kind"], Look> = {
  overload: { word: "Overload", glyph: "◆", text: "text-critical", token: "--critical" },
  "single-point": { word: "Single point of failure", glyph: "▲", text: "text-major", token: "--major" },
  "redundancy-lost": { word: "Redundancy lost", glyph: "▲", text: "text-major", token: "--major" },
};

const overLooks: Record<NonNullable<Over>, Look> = {
  continuous: { word: "Above continuous", glyph: "▲", text: "text-warning", token: "--warning" },
  rating: { word: "Over capacity", glyph: "◆", text: "text-critical", token: "--critical" },
};

export const overLook = (over: Over) => (over ? overLooks[over] : undefined);
export const OverBadge = ({ over }: { over: Over }) => (over ? <WordBadge {...overLooks[over]} /> : null);
export const RedundancyBadge = ({ state }: { state: Redundancy }) => <WordBadge {...redundancyLooks[state]} />;
export const ElementBadge = ({ state }: { state: ElementState | "lost" }) => <WordBadge {...elementLooks[state]} />;

/** Of a UPS, by what it says itself: the numbers of its state sensor (lib/units.ts). */
const upsLooks: Record<number, Look> = {
  1: { word: "Online", glyph: "●", text: "text-good", token: "--good" },
  2: { word: "On battery", glyph: "▲", text: "text-warning", token: "--warning" },
  3: { word: "Depleted", glyph: "✕", text: "text-critical", token: "--critical" },
  4: { word: "Fault", glyph: "◆", text: "text-critical", token: "--critical" },
};
const upsUnknown: Look = { word: "No data", glyph: "○", text: "text-unknown", token: "--unknown" };

export function upsLook(state: Sensor | undefined, find: Find, now: number): Look {
  const reading = state && usable(state, find, now);
  return (reading && upsLooks[reading.value]) ?? upsUnknown;
}
