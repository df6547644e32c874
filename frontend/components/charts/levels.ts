import type { RuleLevel } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { inShownUnit } from "@/lib/units";
import { severityLooks } from "../severity-badge";
import type { Level } from "./chart-model";

/** The levels of an alarm rule, as a chart draws them. */
export function levelsOf(levels: RuleLevel[], unit: string): Level[] {
  return levels.map(({ when, limit, severity }) => {
    const { word, token } = severityLooks[severity];
    const shown = inShownUnit(limit, unit);
    return {
      when: when === "below" ? "below" : "above",
      value: shown.value,
      token,
      label: `${word} ${formatNumber(shown.value, shown.unit)} ${shown.unit}`,
    };
  });
}
