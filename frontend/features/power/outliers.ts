// Battery blocks against the median of their string, by the limits of the alarm rules: which stand out, and how far.
import type { Severity } from "@/lib/api";

export const blockMetrics = {
  voltage: {
    ...{ kind: "block-voltage", label: "Voltage", unit: "V", relative: true, sides: "both" },
    limits: [
      { at: 2, severity: "minor" },
      { at: 5, severity: "major" },
    ],
  },
  resistance: {
    ...{ kind: "block-resistance", label: "Resistance", unit: "mΩ", relative: true, sides: "above" },
    limits: [
      { at: 15, severity: "minor" },
      { at: 30, severity: "major" },
      { at: 50, severity: "critical" },
    ],
  },
  temperature: {
    ...{ kind: "block-temperature", label: "Temperature", unit: "°C", relative: false, sides: "above" },
    limits: [
      { at: 5, severity: "minor" },
      { at: 10, severity: "critical" },
    ],
  },
} as const satisfies Record<string, BlockMetric>;

type BlockMetric = {
  kind: string;
  label: string;
  unit: string;
  /** Its deviation is told in percent of the median, otherwise in its own unit. */
  relative: boolean;
  sides: "above" | "both";
  limits: readonly { at: number; severity: Severity }[];
};
export type MetricKey = keyof typeof blockMetrics;

export function median(values: number[]) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
}

export type Judged = {
  value: number | null;
  /** From the median: % or in the metric's unit; null when one of them is not known. */
  deviation: number | null;
  severity: Severity | null;
};

/** A median of fewer says nothing about the others. */
const fewest = 3;

export function judgeBlocks(key: MetricKey, values: (number | null)[]): { median: number | null; blocks: Judged[] } {
  const { relative, sides, limits }: BlockMetric = blockMetrics[key];
  const known = values.filter((value) => value !== null);
  const middle = known.length >= fewest ? median(known) : null;
  const blocks = values.map((value): Judged => {
    if (value === null || middle === null || (relative && middle === 0)) {
      return { value, deviation: null, severity: null };
    }
    const deviation = relative ? (value / middle - 1) * 100 : value - middle;
    const far = sides === "both" ? Math.abs(deviation) : deviation;
    // A hundredth of a percent less is the limit all the same: fractions are not exact.
    return { value, deviation, severity: limits.findLast(({ at }) => far >= at - 1e-9)?.severity ?? null };
  });
  return { median: middle, blocks };
}

/** Where it lies on the scale of colours, 0 to 1: the median is in the middle, the last limit at the end. */
export function toneOf(key: MetricKey, deviation: number) {
  const { limits }: BlockMetric = blockMetrics[key];
  const last = limits.at(-1)?.at ?? 1;
  return Math.min(1, Math.max(0, 0.5 + deviation / last / 2));
}

/** "+3.1 %", "−0.4 K". */
export function deviationText(key: MetricKey, deviation: number | null) {
  if (deviation === null) return "not known";
  const { relative } = blockMetrics[key];
  const sign = deviation < 0 ? "−" : "+";
  return `${sign}${Math.abs(deviation).toFixed(1)} ${relative ? "%" : "K"}`;
}
