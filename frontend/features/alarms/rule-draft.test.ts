import { expect, test } from "vitest";
import type { AlarmRule } from "@/lib/api";
import { documentOf, draftOf, newDraft, problemsOf } from "./rule-draft";

const rule: AlarmRule = {
  id: 1,
  version: 3,
  name: "Inlet",
  type: "limits",
  kind: "inlet-temperature",
  unit: "°C",
  scope: { rack_id: 7 },
  scope_label: "Room 1 › A01",
  levels: [
    { when: "above", limit: 28, severity: "minor" },
    { when: "above", limit: 32, severity: "critical" },
  ],
  dead_band: 1,
  on_delay_s: 60,
  off_delay_s: 120,
  window_s: null,
  baseline: null,
  latching: false,
  ack_required: true,
  enabled: true,
  instruction: "",
  updated_at: "2026-11-25T12:00:00Z",
  sensors: 1,
};

test("a rule goes into the form and comes out as it was", () => {
  const { name, type, kind, scope, levels, dead_band, on_delay_s, off_delay_s } = rule;
  expect(documentOf(draftOf(rule))).toEqual({
    ...{ name, type, kind, scope, levels, dead_band, on_delay_s, off_delay_s },
    latching: false,
    ack_required: true,
    enabled: true,
    instruction: "",
  });
});

test("a decimal comma is a decimal point; the window belongs to rates alone", () => {
  const draft = { ...draftOf(rule), dead_band: "1,5", type: "rate" as const };
  expect(documentOf(draft)).toMatchObject({ dead_band: 1.5, window_s: 900 });
  expect(documentOf(draftOf(rule))).not.toHaveProperty("window_s");
});

test("a deviation says what it is measured from, other types do not", () => {
  expect(documentOf({ ...draftOf(rule), type: "deviation", baseline: "room" })).toMatchObject({ baseline: "room" });
  expect(documentOf(draftOf(rule))).not.toHaveProperty("baseline");
  expect(draftOf({ ...rule, type: "deviation", baseline: "own" }).baseline).toBe("own");
});

test("what is missing is named as the server would", () => {
  expect(Object.keys(problemsOf(newDraft("demo")))).toEqual(["/name", "/kind", "/levels/0/limit"]);
  expect(problemsOf({ ...draftOf(rule), scope: { of: "rack", id: "" }, on_delay_s: "soon" })).toEqual({
    "/scope": "Choose where.",
    "/on_delay_s": "A number is needed.",
  });
  expect(problemsOf(draftOf(rule))).toEqual({});
});
