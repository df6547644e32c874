import { expect, test } from "vitest";
import { documentOf, draftOf, newDraft, possibleInputs } from "./element-draft";
import type { Element } from "./power-types";

const ups = {
  ...{
    id: 7,
    version: 3,
    name: "UPS A",
    kind: "ups",
    inputs: [2],
    room_id: null,
    rack_id: null,
    side: "A",
    device_id: 5,
  },
  ...{ rated_kw: 120, breaker_a: null, phases: 3, voltage_v: 230, continuous: 0.8, load_kind: null },
  losses: { no_load: 0.015, proportional: 0.02, square: 0.02 },
  sensors: { power: 11, input_power: 10 },
} as unknown as Element;

test("what is opened and saved untouched is the same", () => {
  expect(documentOf(draftOf(ups))).toEqual({
    document: {
      ...{ name: "UPS A", kind: "ups", inputs: [2], room_id: null, rack_id: null, side: "A", device_id: 5 },
      ...{ rated_kw: 120, breaker_a: null, phases: 3, voltage_v: 230, continuous: 0.8, load_kind: null },
      losses: { no_load: 0.015, proportional: 0.02, square: 0.02 },
      sensors: { power: 11, input_power: 10 },
    },
  });
});

test("a number may have a comma, and what is none is said at its field", () => {
  const draft = { ...draftOf(ups), ratedKw: "62,5" };
  expect(documentOf(draft)).toMatchObject({ document: { rated_kw: 62.5 } });
  expect(documentOf({ ...draft, ratedKw: "many", continuous: "120", noLoad: "" })).toEqual({
    problems: {
      "/rated_kw": "A number is needed.",
      "/continuous": "At most 100.",
      "/losses/no_load": "A number is needed.",
    },
  });
});

test("a rack feed has a rack and a side; a load has a kind of its own", () => {
  const feed = {
    ...newDraft(),
    name: "A01 A",
    kind: "rack-feed" as const,
    ratedBy: "breaker" as const,
    breakerA: "16",
  };
  expect(documentOf(feed)).toEqual({
    problems: { "/rack_id": "A rack feed has a rack.", "/side": "A rack feed is A or B." },
  });
  expect(documentOf({ ...feed, rack: "4", side: "A" })).toMatchObject({
    document: { rack_id: 4, side: "A", breaker_a: 16, rated_kw: null, load_kind: null },
  });
  expect(documentOf({ ...newDraft(), name: "Cooling", kind: "load", ratedBy: "none" })).toMatchObject({
    document: { load_kind: "cooling", rated_kw: null, breaker_a: null },
  });
});

test("nothing is offered that would make a loop, and no end of the chain", () => {
  const element = (id: number, kind: string, ...inputs: number[]) => ({ id, kind, inputs }) as Element;
  const chain = [
    element(1, "source"),
    element(2, "switchboard", 1),
    element(3, "ups", 2),
    element(4, "panel", 3),
    element(5, "rack-feed", 4),
    element(6, "load", 2),
    element(7, "generator"),
  ];
  expect(possibleInputs(chain, 2)).toEqual([1, 7]);
  expect(possibleInputs(chain, undefined)).toEqual([1, 2, 3, 4, 7]);
});
