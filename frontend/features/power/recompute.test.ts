import { expect, test } from "vitest";
import type { Term } from "./power-types";
import { agrees, formulaOf, inputsOf, recompute } from "./recompute";

const reading = (value: number | null, more: Partial<Term> = {}): Term => ({
  ...{ label: `r${value}`, op: "reading", value, unit: "kW", ts: null, sensor_id: null, used: true, why_not: null },
  terms: [],
  ...more,
});
const node = (op: Term["op"], ...terms: Term[]): Term => ({
  ...reading(null, { label: op, op }),
  terms,
});

test("every operation over its terms", () => {
  expect(recompute(node("sum", reading(1), reading(2.5), reading(3)))).toBe(6.5);
  expect(recompute(node("difference", reading(10), reading(3), reading(2)))).toBe(5);
  expect(recompute(node("product", reading(3), reading(2), reading(0.5)))).toBe(3);
  expect(recompute(node("quotient", reading(9), reading(2)))).toBe(4.5);
  expect(recompute(node("maximum", reading(2), reading(7), reading(3)))).toBe(7);
  expect(recompute(node("minimum", reading(2), reading(7), reading(3)))).toBe(2);
  expect(recompute(node("quotient", reading(13), node("sum", reading(4), reading(6))))).toBe(1.3);
});

test("what is not used enters nothing, also when it has a value", () => {
  const silent = reading(100, { used: false, why_not: "silent since 1 h" });
  const sum = node("sum", reading(1), silent, reading(2));
  expect(recompute(sum)).toBe(3);
  expect(inputsOf(node("quotient", reading(1), sum))).toEqual({ used: 3, left: 1 });
});

test("what is not known makes nothing known, and nothing is not zero", () => {
  expect(recompute(node("sum", reading(1), reading(null)))).toBeNull();
  expect(recompute(node("sum"))).toBeNull();
  expect(recompute(node("sum", reading(1, { used: false })))).toBeNull();
  expect(recompute(node("quotient", reading(1), reading(0)))).toBeNull();
});

test("agreement is as exact as sums of fractions are, no less", () => {
  expect(agrees(0.1 + 0.2, 0.3)).toBe(true);
  expect(agrees(1.3, 1.301)).toBe(false);
  expect(agrees(84_000.01, 84_000.02)).toBe(true);
  expect(agrees(null, 0)).toBe(false);
  expect(agrees(null, null)).toBe(true);
});

test("the formula in words", () => {
  const named = (label: string) => reading(1, { label });
  expect(formulaOf(node("quotient", named("Facility"), named("IT")))).toBe("Facility ÷ IT");
  expect(formulaOf(node("sum", ...["a", "b", "c", "d"].map(named)))).toBe("a + b + … (4 in all)");
  expect(formulaOf(node("minimum", named("a"), named("b")))).toBe("the least of a, b");
  expect(formulaOf(node("maximum", named("a"), named("b")))).toBe("the greatest of a, b");
});
