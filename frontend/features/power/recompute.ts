// A figure made again here from its inputs, so that nobody has to believe it: every operation over the terms that are used.
import type { Term } from "./power-types";

const operations: Record<string, (values: number[]) => number> = {
  sum: (values) => values.reduce((total, each) => total + each, 0),
  product: (values) => values.reduce((total, each) => total * each, 1),
  difference: ([first = 0, ...rest]) => rest.reduce((total, each) => total - each, first),
  quotient: ([first = 0, ...rest]) => rest.reduce((total, each) => total / each, first),
  minimum: (values) => Math.min(...values),
  maximum: (values) => Math.max(...values),
};

/** Null: it cannot be made, because something that it needs is not known. */
export function recompute(term: Term): number | null {
  const operation = operations[term.op];
  if (!operation) return term.value;
  const used = term.terms.filter(({ used }) => used).map(recompute);
  if (used.length === 0 || used.includes(null)) return null;
  const value = operation(used as number[]);
  return Number.isFinite(value) ? value : null;
}

/** As near as sums of decimal fractions come. */
export function agrees(a: number | null, b: number | null) {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Of all that it is made of: what it holds, what was left out. */
export function inputsOf(term: Term): { used: number; left: number } {
  if (!term.used) return { used: 0, left: 1 };
  if (!operations[term.op]) return { used: 1, left: 0 };
  return term.terms
    .map(inputsOf)
    .reduce((total, each) => ({ used: total.used + each.used, left: total.left + each.left }), { used: 0, left: 0 });
}

const signs: Record<string, string> = { sum: " + ", product: " × ", difference: " − ", quotient: " ÷ " };

/** "Facility ÷ IT"; of many terms the first two and how many more. */
export function formulaOf({ op, terms }: Term) {
  const labels = terms.filter(({ used }) => used).map(({ label }) => label);
  const some = labels.length > 3 ? [...labels.slice(0, 2), `… (${labels.length} in all)`] : labels;
  if (op === "maximum" || op === "minimum") {
    return `the ${op === "maximum" ? "greatest" : "least"} of ${some.join(", ")}`;
  }
  return some.join(signs[op] ?? ", ");
}
