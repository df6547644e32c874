// An element while somebody edits it: as text in fields, and from there to what the server takes. Pure.
import type { Element, ElementDocument, FeedSide, Kind, LoadKind, Measure } from "./power-types";
import { measures } from "./power-types";

export type Draft = {
  name: string;
  kind: Kind;
  /** By preference. */
  inputs: number[];
  room: string;
  rack: string;
  side: "" | FeedSide;
  device: string;
  /** Which of the two says how much it may carry. */
  ratedBy: "kw" | "breaker" | "none";
  ratedKw: string;
  breakerA: string;
  phases: string;
  voltage: string;
  /** Percent. */
  continuous: string;
  losses: "none" | "given";
  noLoad: string;
  proportional: string;
  square: string;
  loadKind: LoadKind;
  sensors: Record<Measure, string>;
};

const text = (value: number | null | undefined) => (value === null || value === undefined ? "" : String(value));
/** Shares as percent, without what fractions make of them. */
const percentText = (share: number) => String(Number((share * 100).toFixed(6)));

const noSensors = Object.fromEntries(measures.map((measure) => [measure, ""])) as Record<Measure, string>;

export function newDraft(): Draft {
  return {
    ...{ name: "", kind: "panel", inputs: [], room: "", rack: "", side: "", device: "" },
    ...{ ratedBy: "kw", ratedKw: "", breakerA: "", phases: "3", voltage: "230", continuous: "80" },
    ...{ losses: "none", noLoad: "1.5", proportional: "2", square: "2", loadKind: "cooling" },
    sensors: noSensors,
  };
}

export function draftOf(element: Element): Draft {
  const { losses } = element;
  return {
    name: element.name,
    kind: element.kind,
    inputs: element.inputs,
    room: text(element.room_id),
    rack: text(element.rack_id),
    side: element.side ?? "",
    device: text(element.device_id),
    ratedBy: element.rated_kw !== null ? "kw" : element.breaker_a !== null ? "breaker" : "none",
    ratedKw: text(element.rated_kw),
    breakerA: text(element.breaker_a),
    phases: String(element.phases),
    voltage: String(element.voltage_v),
    continuous: percentText(element.continuous),
    losses: losses ? "given" : "none",
    noLoad: percentText(losses?.no_load ?? 0.015),
    proportional: percentText(losses?.proportional ?? 0.02),
    square: percentText(losses?.square ?? 0.02),
    loadKind: element.load_kind ?? "other",
    sensors: {
      ...noSensors,
      ...Object.fromEntries(Object.entries(element.sensors).map(([key, id]) => [key, text(id)])),
    },
  };
}

export type Problems = Record<string, string>;

/** A comma is a point, too. NaN: it is no number. */
const numberOf = (given: string) => (given.trim() === "" ? Number.NaN : Number(given.trim().replace(",", ".")));

/** What the server gets, or what stands against it, by the field's name. What it alone can know it says itself. */
export function documentOf(draft: Draft): { document: ElementDocument } | { problems: Problems } {
  const problems: Problems = {};
  const number = (field: string, given: string, least: number) => {
    const value = numberOf(given);
    if (Number.isNaN(value)) problems[field] = "A number is needed.";
    else if (value < least) problems[field] = `At least ${least}.`;
    return value;
  };
  const id = (given: string) => (given === "" ? null : Number(given));
  if (!draft.name.trim()) problems["/name"] = "A name is needed.";
  if (draft.kind === "rack-feed" && !draft.rack) problems["/rack_id"] = "A rack feed has a rack.";
  if (draft.kind === "rack-feed" && !draft.side) problems["/side"] = "A rack feed is A or B.";
  const rated = draft.ratedBy === "kw" ? number("/rated_kw", draft.ratedKw, 0.001) : null;
  const breaker = draft.ratedBy === "breaker" ? number("/breaker_a", draft.breakerA, 0.1) : null;
  const voltage = number("/voltage_v", draft.voltage, 1);
  const continuous = number("/continuous", draft.continuous, 1) / 100;
  if (continuous > 1) problems["/continuous"] = "At most 100.";
  const losses =
    draft.losses === "given"
      ? {
          no_load: number("/losses/no_load", draft.noLoad, 0) / 100,
          proportional: number("/losses/proportional", draft.proportional, 0) / 100,
          square: number("/losses/square", draft.square, 0) / 100,
        }
      : null;
  if (Object.keys(problems).length > 0) return { problems };
  const sensors = Object.entries(draft.sensors).flatMap(([measure, chosen]) =>
    chosen ? [[measure, Number(chosen)]] : [],
  );
  return {
    document: {
      name: draft.name.trim(),
      kind: draft.kind,
      inputs: draft.inputs,
      room_id: id(draft.room),
      rack_id: id(draft.rack),
      side: draft.side || null,
      device_id: id(draft.device),
      rated_kw: rated,
      breaker_a: breaker,
      phases: draft.phases === "1" ? 1 : 3,
      voltage_v: voltage,
      continuous,
      losses,
      load_kind: draft.kind === "load" ? draft.loadKind : null,
      sensors: Object.fromEntries(sensors),
    },
  };
}

/** What an element may draw from: everything but itself and what draws from it. The server refuses loops; they are not offered. */
export function possibleInputs(elements: Pick<Element, "id" | "kind" | "inputs">[], self: number | undefined) {
  const below = new Set<number>(self === undefined ? [] : [self]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { id, inputs } of elements) {
      if (below.has(id) || !inputs.some((each) => below.has(each))) continue;
      below.add(id);
      grown = true;
    }
  }
  return elements
    .filter(({ id, kind }) => !below.has(id) && kind !== "rack-feed" && kind !== "load")
    .map(({ id }) => id);
}
