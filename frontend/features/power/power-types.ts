// What the server says of power: the chain, the figures made along it, what follows when something is lost, and how a figure was made.
import type { components } from "@/lib/api-types.gen";

type Schemas = components["schemas"];

export const kinds = [
  "source",
  "generator",
  "switchboard",
  "transformer",
  "transfer-switch",
  "ups",
  "panel",
  "rack-feed",
  "load",
] as const satisfies Kind[];
export type Kind = Schemas["PowerElementKind"];
export const loadKinds = ["it", "cooling", "lighting", "other"] as const;
export type LoadKind = (typeof loadKinds)[number];
export type FeedSide = "A" | "B";
export const measures = ["power", "input_power", "energy", "current_l1", "current_l2", "current_l3"] as const;
export type Measure = (typeof measures)[number];

/** A sum of power, with how much of what it should hold it holds. */
export type Amount = Schemas["PowerFigure"];
export type Stage = Schemas["PowerStage"];
/** PUE of a span's energy. */
export type EnergyPue = Schemas["EnergyPue"];
export type Power = Schemas["Power"];
export type PowerHistory = Schemas["PowerHistory"];
export type PueHistory = Schemas["PuePast"];
export type Meter = Schemas["PueMeter"];

export type Element = Schemas["PowerElement"];
export type ElementState = Element["state"];
/** Above what it may carry for hours, or above its rating. */
export type Over = Element["over"];
export type Method = Element["load"]["method"] | Stage["method"];
/** What somebody says of an element. */
export type ElementDocument = Required<Schemas["PowerElementChange"]>;

export type RackPower = Schemas["PowerRack"];
export type Redundancy = RackPower["redundancy"];
export type Finding = Schemas["PowerFinding"];
export type Chain = Schemas["PowerChain"];
export type WhatIf = Schemas["PowerWhatIf"];
export type RackOutcome = WhatIf["racks"][number];

export type Term = Schemas["PowerTerm"];
export type Explanation = Schemas["PowerExplanation"];
