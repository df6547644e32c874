// A small chain with its figures, as the server would say it.
import type { Chain, Element, Power, RackPower, WhatIf } from "./power-types";

export function element(
  id: number,
  name: string,
  kind: Element["kind"],
  inputs: number[],
  more: Partial<Element> = {},
): Element {
  return {
    ...{ id, name, kind, inputs, version: 1, room_id: null, rack_id: null, side: null, device_id: null },
    ...{ rated_kw: 120, breaker_a: null, phases: 3, voltage_v: 230, continuous: 0.8, losses: null, load_kind: null },
    ...{ sensors: {}, rating_kw: 120, state: "ok", active_input: inputs[0] ?? null, share: 0.25, over: null },
    load: { kw: 30, method: "measured", ts: new Date().toISOString(), reporting: 1, expected: 1 },
    ...{ input_kw: 31, loss_kw: 1, failover: null, phase: null, runtime_min: null },
    ...more,
  };
}

export function rackPower(id: number, more: Partial<RackPower> = {}): RackPower {
  return {
    ...{
      rack_id: id,
      name: "A01",
      room_id: 1,
      devices: 12,
      feeds_unknown: 0,
      feed_a: null,
      feed_b: null,
      kw: 4,
      a_kw: 2,
      b_kw: 2,
      rated_kw: 8,
      share: 0.5,
      over: null,
    },
    ...{ surviving_kw: 4, surviving_rating_kw: 11.04, surviving_share: 0.36, redundancy: "as-designed", reasons: [] },
    ...{ feed_difference_percent: 1, imbalance_percent: 3, single_corded: 0, method: "measured" },
    ts: new Date().toISOString(),
    ...more,
  };
}

export const chain: Chain = {
  elements: [
    element(1, "Utility", "source", []),
    element(2, "UPS A", "ups", [1]),
    element(3, "UPS B", "ups", [1]),
    element(4, "A01 A", "rack-feed", [2], { rack_id: 1, side: "A", breaker_a: 16 }),
    element(5, "A01 B", "rack-feed", [3], { rack_id: 1, side: "B", breaker_a: 16 }),
  ],
  racks: [rackPower(1, { feed_a: 4, feed_b: 5 })],
  findings: [{ kind: "single-point", element_id: 1, rack_ids: [1], text: "If Utility is lost, all racks go dark" }],
  swept_at: new Date().toISOString(),
  sweep_ms: 1.2,
};

export const whatIf: WhatIf = {
  lost: [2],
  took_ms: 0.4,
  elements: [
    { id: 2, state: "lost", was_kw: 30, kw: 0, share: 0, over: null, runtime_min: null, step: 0 },
    { id: 4, state: "dead", was_kw: 2, kw: 0, share: 0, over: null, runtime_min: null, step: 0 },
    { id: 3, state: "ok", was_kw: 30, kw: 130, share: 1.08, over: "rating", runtime_min: null, step: 0 },
  ],
  racks: [{ rack_id: 1, state: "redundancy-lost", was_kw: 4, dark_kw: 0, devices_dark: 0, devices: [] }],
  steps: [
    { step: 0, lost: [2], because: "chosen", text: "" },
    { step: 1, lost: [3], because: "overload", text: "UPS B at 108 % of 120 kW" },
  ],
  summary: {
    ...{ racks_dark: 0, racks_partly_dark: 0, racks_redundancy_lost: 1, racks_on_battery: 0 },
    ...{ elements_overloaded: 1, dark_kw: 0, transferred_kw: 100 },
  },
  assumptions: ["Nobody has said which feeds 2 devices hang on: counted as A and B."],
};

const amount = (kw: number | null, more: Partial<Power["it"]> = {}) => ({
  ...{ kw, ts: new Date().toISOString(), reporting: 1, expected: 1, method: "by meter", lower_kw: kw, upper_kw: kw },
  ...more,
});

export const power: Power = {
  server_time: new Date().toISOString(),
  simulated: true,
  facility: amount(84.2),
  it: amount(60, { reporting: 19, expected: 20, lower_kw: 60, upper_kw: null }),
  cooling: amount(18),
  losses: amount(4),
  other: amount(2.2),
  stages: [{ stage: "UPS", loss_kw: 4, in_kw: 64, out_kw: 60, method: "measured", reporting: 2, expected: 2 }],
  pue: {
    ...{ value: null, method: "", category: null, lower: null, upper: null, reporting: 0, expected: 1 },
    ...{ note: "The incomer's meter is silent.", ts: null },
  },
  pue_24h: {
    ...{ value: 1.3, from: "2026-11-24T12:00:00Z", to: "2026-11-25T12:00:00Z", facility_kwh: 2400, it_kwh: 1846 },
    ...{ coverage: 0.94, lower: 1.28, upper: 1.33, category: 2, method: "energy counters", notes: [] },
  },
};
