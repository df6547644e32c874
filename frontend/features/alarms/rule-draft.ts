// A rule as it stands in a form: all text, so that what is half typed is kept; and how it becomes what the server takes.
import type { AlarmRule, AlarmRuleDocument, RuleLevel, Severity } from "@/lib/api";

export type Baseline = NonNullable<AlarmRule["baseline"]>;

export type LevelDraft = { key: number; when: RuleLevel["when"]; limit: string; severity: Severity };
type ScopeDraft = { of: "all" | "site" | "room" | "rack" | "sensor"; id: string };
export type RuleDraft = {
  name: string;
  type: AlarmRule["type"];
  kind: string;
  scope: ScopeDraft;
  levels: LevelDraft[];
  dead_band: string;
  on_delay_s: string;
  off_delay_s: string;
  window_s: string;
  baseline: Baseline;
  latching: boolean;
  ack_required: boolean;
  enabled: boolean;
  instruction: string;
};

export const whensOf: Record<AlarmRule["type"], RuleLevel["when"][]> = {
  limits: ["above", "below"],
  rate: ["above", "below"],
  deviation: ["above", "below"],
  state: ["equals"],
  "no-data": ["silent"],
};

export const ruleTypes: Record<AlarmRule["type"], string> = {
  limits: "Limits",
  state: "State",
  rate: "Rate",
  deviation: "Deviation",
  "no-data": "No data",
};

const firstLevels: Record<AlarmRule["type"], Omit<LevelDraft, "key">[]> = {
  limits: [{ when: "above", limit: "", severity: "minor" }],
  rate: [{ when: "above", limit: "", severity: "minor" }],
  deviation: [{ when: "above", limit: "", severity: "minor" }],
  state: [{ when: "equals", limit: "", severity: "major" }],
  "no-data": [{ when: "silent", limit: "3", severity: "minor" }],
};

/** What a deviation is measured from, as the form and as the list say it. */
export const baselines: Record<Baseline, { long: string; short: string }> = {
  device: { long: "The device's other sensors of the kind", short: "from its device's median" },
  room: { long: "The room's other sensors of the kind", short: "from its room's median" },
  own: { long: "What the sensor usually says", short: "from its usual value" },
};

/** As the server measures it: temperatures differ by K, everything else by % of the baseline. */
export const deviationUnit = (unit: string) => (unit === "°C" ? "K" : "%");

export const levelsFor = (type: AlarmRule["type"]): LevelDraft[] =>
  firstLevels[type].map((level, key) => ({ ...level, key }));

export function newDraft(site: string): RuleDraft {
  return {
    name: "",
    type: "limits",
    kind: "",
    scope: { of: "site", id: site },
    levels: levelsFor("limits"),
    dead_band: "0",
    on_delay_s: "0",
    off_delay_s: "0",
    window_s: "900",
    baseline: "device",
    latching: false,
    ack_required: true,
    enabled: true,
    instruction: "",
  };
}

function scopeDraftOf({ site, room_id, rack_id, sensor_id }: AlarmRule["scope"]): ScopeDraft {
  if (sensor_id) return { of: "sensor", id: String(sensor_id) };
  if (rack_id) return { of: "rack", id: String(rack_id) };
  if (room_id) return { of: "room", id: String(room_id) };
  return site ? { of: "site", id: site } : { of: "all", id: "" };
}

export function draftOf(rule: AlarmRule): RuleDraft {
  return {
    name: rule.name,
    type: rule.type,
    kind: rule.kind,
    scope: scopeDraftOf(rule.scope),
    levels: rule.levels.map(({ when, limit, severity }, key) => ({ key, when, severity, limit: String(limit) })),
    dead_band: String(rule.dead_band),
    on_delay_s: String(rule.on_delay_s),
    off_delay_s: String(rule.off_delay_s),
    window_s: String(rule.window_s ?? 900),
    baseline: rule.baseline ?? "device",
    latching: rule.latching,
    ack_required: rule.ack_required,
    enabled: rule.enabled,
    instruction: rule.instruction,
  };
}

/** A rule of its own for one rack, which begins as what holds there now. */
export const draftForRack = (rule: AlarmRule, rackId: number, rack: string): RuleDraft => ({
  ...draftOf(rule),
  name: `${rule.name}, rack ${rack}`,
  scope: { of: "rack", id: String(rackId) },
});

/** What is no number goes out as null, and the server names the field. */
const number = (text: string) => (text.trim() === "" ? Number.NaN : Number(text.replace(",", ".")));

function scopeOf({ of, id }: ScopeDraft): AlarmRuleDocument["scope"] {
  if (of === "site") return { site: id };
  if (of === "all") return {};
  return { [`${of}_id`]: number(id) };
}

export function documentOf(draft: RuleDraft): AlarmRuleDocument {
  const { name, type, kind, scope, levels, latching, ack_required, enabled, instruction } = draft;
  return {
    name: name.trim(),
    type,
    kind,
    scope: scopeOf(scope),
    levels: levels.map(({ when, limit, severity }) => ({ when, limit: number(limit), severity })),
    dead_band: number(draft.dead_band || "0"),
    on_delay_s: number(draft.on_delay_s || "0"),
    off_delay_s: number(draft.off_delay_s || "0"),
    ...(type === "rate" && { window_s: number(draft.window_s) }),
    ...(type === "deviation" && { baseline: draft.baseline }),
    latching,
    ack_required,
    enabled,
    instruction,
  };
}

/** What can be seen before the server is asked; by the field's JSON Pointer, as the server names it. */
export function problemsOf(draft: RuleDraft): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!draft.name.trim()) problems["/name"] = "Give the rule a name.";
  if (!draft.kind) problems["/kind"] = "Choose what it watches.";
  if (["room", "rack", "sensor"].includes(draft.scope.of) && !draft.scope.id) problems["/scope"] = "Choose where.";
  draft.levels.forEach(({ limit }, at) => {
    if (Number.isNaN(number(limit))) problems[`/levels/${at}/limit`] = "A number is needed.";
  });
  for (const key of ["dead_band", "on_delay_s", "off_delay_s"] as const) {
    if (draft[key] && Number.isNaN(number(draft[key]))) problems[`/${key}`] = "A number is needed.";
  }
  if (draft.type === "rate" && Number.isNaN(number(draft.window_s))) problems["/window_s"] = "A number is needed.";
  return problems;
}
