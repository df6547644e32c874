import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { pathsOf, Sparkline } from "./sparkline";

test("a gap begins a new line; what is out of the span is left out", () => {
  const rows = [
    [-5, 99],
    [0, 0],
    [10, 10],
    [50, 5],
    [60, 5],
  ];
  const { line, area } = pathsOf(rows, 0, 100, 20, 0);
  expect(line).toBe("M0.00 22.50L10.00 1.50M50.00 12.00L60.00 12.00");
  expect(area.match(/Z/g)).toHaveLength(2);
});

test("noise stays small", () => {
  const flat = pathsOf(
    [
      [0, 1],
      [100, 1.1],
    ],
    0,
    100,
    200,
    10,
  );
  expect(flat.line).toBe("M0.00 12.11L100.00 11.89");
});

test("no data is said, and no line", () => {
  render(<Sparkline label="PUE, 24 h" rows={[]} from={0} to={1} gapMs={1} />);
  expect(screen.getByRole("img", { name: "PUE, 24 h: no data" })).toBeTruthy();
});
