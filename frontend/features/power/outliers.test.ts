import { expect, test } from "vitest";
import { deviationText, judgeBlocks, median, toneOf } from "./outliers";

const string = (base: number, ...others: number[]) => [...Array.from({ length: 8 }, () => base), ...others];
const severities = (key: Parameters<typeof judgeBlocks>[0], values: (number | null)[]) =>
  judgeBlocks(key, values)
    .blocks.slice(8)
    .map(({ severity }) => severity);

test("the median of an even and of an odd number, and of none", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNull();
});

test("voltage stands out on both sides, from 2 and 5 percent", () => {
  expect(severities("voltage", string(10, 10.19, 10.2, 9.8, 10.5, 9.5))).toEqual([
    null,
    "minor",
    "minor",
    "major",
    "major",
  ]);
});

test("resistance stands out above only, from 15, 30 and 50 percent", () => {
  expect(severities("resistance", string(4, 4.59, 4.6, 5.2, 6, 2))).toEqual([null, "minor", "major", "critical", null]);
});

test("temperature stands out by kelvin, from 5 and 10", () => {
  expect(severities("temperature", string(25, 29.9, 30, 35, 10))).toEqual([null, "minor", "critical", null]);
});

test("a block that is silent is neither an outlier nor part of the median; of two there is none", () => {
  const { median: middle, blocks } = judgeBlocks("voltage", [13, null, 13, 13, 14]);
  expect(middle).toBe(13);
  expect(blocks[1]).toEqual({ value: null, deviation: null, severity: null });
  expect(judgeBlocks("voltage", [13, 14]).blocks.map(({ severity }) => severity)).toEqual([null, null]);
});

test("colours: the median in the middle, the last limit at the end", () => {
  expect([0, 5, -5, 9].map((deviation) => toneOf("voltage", deviation))).toEqual([0.5, 1, 0, 1]);
  expect(deviationText("voltage", -0.44)).toBe("−0.4 %");
  expect(deviationText("temperature", 6)).toBe("+6.0 K");
});
