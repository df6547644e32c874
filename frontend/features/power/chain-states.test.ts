import { expect, test } from "vitest";
import { lostOf, outcomesOf, shownOf } from "./chain-states";
import type { Element, WhatIf } from "./power-types";

const element = (id: number, inputs: number[], more: Partial<Element> = {}) =>
  ({
    ...{ id, inputs, active_input: inputs[0] ?? null, state: "ok", share: 0.4, over: null, runtime_min: 38 },
    load: { kw: 10 },
    ...more,
  }) as Element;
const chain = { elements: [element(1, []), element(2, []), element(3, [1, 2]), element(4, [3])] };
const whatIf = (elements: Partial<WhatIf["elements"][number]>[], racks: Partial<WhatIf["racks"][number]>[] = []) =>
  ({ elements, racks }) as WhatIf;

test("without a loss it is as it is", () => {
  expect(shownOf(chain, undefined).get(3)).toMatchObject({ state: "ok", kw: 10, active: 1, changed: false });
  const onBattery = { elements: [element(5, [1], { state: "on-battery" })] };
  expect(shownOf(onBattery, undefined).get(5)?.runtimeMin).toBe(38);
});

test("what is lost carries nothing, and the next input takes over", () => {
  const shown = shownOf(chain, whatIf([{ id: 1, state: "lost", kw: 0, share: 0, over: null, runtime_min: null }]));
  expect(shown.get(1)).toMatchObject({ state: "lost", active: null, changed: true });
  expect(shown.get(3)).toMatchObject({ state: "ok", active: 2, changed: false });
});

test("what is dead draws from nothing, nor does a UPS on its battery; what hangs on that draws from it", () => {
  const none = { share: 0, over: null, runtime_min: null };
  const shown = shownOf(
    chain,
    whatIf([
      { id: 1, state: "dead", kw: 0, ...none },
      { id: 2, state: "lost", kw: 0, ...none },
      { id: 3, state: "on-battery", kw: 10, ...none, runtime_min: 12 },
      { id: 4, state: "on-battery", kw: 10, ...none },
    ]),
  );
  expect([1, 3, 4].map((id) => shown.get(id)?.active)).toEqual([null, null, 3]);
  expect(shown.get(3)?.runtimeMin).toBe(12);
  // It lives on its battery already: what stands above does not carry it.
  const already = { elements: [element(1, []), element(5, [1], { state: "on-battery", active_input: null })] };
  expect(shownOf(already, whatIf([])).get(5)?.active).toBeNull();
});

test("racks are told the worst first, in their order", () => {
  const names = ["", "A10", "A2", "A1"];
  const outcomes = outcomesOf(
    whatIf(
      [],
      [
        { rack_id: 1, state: "redundancy-lost" },
        { rack_id: 2, state: "redundancy-lost" },
        { rack_id: 3, state: "dark" },
      ],
    ),
    (id) => names[id] ?? "",
  );
  expect(outcomes.map(({ state, racks }) => [state, racks.map(({ rack_id }) => rack_id)])).toEqual([
    ["dark", [3]],
    ["redundancy-lost", [2, 1]],
  ]);
});

test("the address names elements that there are, each once", () => {
  expect(lostOf("3,1,3,99,x", chain.elements)).toEqual([3, 1]);
  expect(lostOf(null, chain.elements)).toEqual([]);
});
