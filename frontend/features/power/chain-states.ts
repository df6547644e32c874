// The chain as the diagram shows it: as it is, or as it would be when something is lost. Pure.
import { activeInput } from "./chain-layout";
import type { Chain, Element, ElementState, Over, RackOutcome, WhatIf } from "./power-types";

export type Shown = {
  state: ElementState | "lost";
  kw: number | null;
  share: number | null;
  over: Over;
  runtimeMin: number | null;
  /** The input that carries; null: none does. */
  active: number | null;
  /** It is not as it was. */
  changed: boolean;
};

const asIs = (element: Element): Shown => ({
  state: element.state,
  kw: element.load.kw,
  share: element.share,
  over: element.over,
  runtimeMin: element.state === "on-battery" ? element.runtime_min : null,
  active: element.active_input,
  changed: false,
});

export const isDead = (state: Shown["state"]) => state === "dead" || state === "lost";

export function shownOf(chain: Pick<Chain, "elements">, whatIf: WhatIf | undefined): Map<number, Shown> {
  const shown = new Map(chain.elements.map((element) => [element.id, asIs(element)]));
  if (!whatIf) return shown;
  for (const { id, state, kw, share, over, runtime_min } of whatIf.elements) {
    const before = shown.get(id);
    if (before) shown.set(id, { ...before, state, kw, share, over, runtimeMin: runtime_min, changed: true });
  }
  for (const element of chain.elements) {
    const own = shown.get(element.id);
    if (!own) continue;
    const carries = (id: number) => !isDead(shown.get(id)?.state ?? "unknown");
    // A UPS that lives on its battery already gets nothing from above, whatever stands there.
    const cut = own.active === null && own.state === "on-battery";
    own.active = isDead(own.state) || cut ? null : activeInput(element, carries);
  }
  return shown;
}

/** The worst first, and within it as people count. */
const worst: RackOutcome["state"][] = ["dark", "partly-dark", "redundancy-lost", "on-battery"];

export function outcomesOf(whatIf: WhatIf, nameOf: (rackId: number) => string) {
  return worst.flatMap((state) => {
    const racks = whatIf.racks
      .filter((rack) => rack.state === state)
      .sort((a, b) => nameOf(a.rack_id).localeCompare(nameOf(b.rack_id), "en", { numeric: true }));
    return racks.length ? [{ state, racks }] : [];
  });
}

/** "7,8" of the address; what is no id of the chain is left out. */
export function lostOf(text: string | null, elements: Pick<Element, "id">[] | undefined): number[] {
  const known = new Set(elements?.map(({ id }) => id));
  const ids = (text ?? "").split(",").map(Number);
  return [...new Set(ids)].filter((id) => known.has(id));
}
