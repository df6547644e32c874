import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Alarm, AlarmChange } from "@/lib/api";
import { type Answers, hear, openPage } from "@/lib/testing";
import { AlarmDrawer } from "./alarm-drawer";
import { limitsOf } from "./alarm-trend";
import { alarm, rule } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

const change = (id: number, more: Partial<AlarmChange>): AlarmChange => ({
  id,
  ts: "2026-11-25T12:00:00Z",
  recorded_at: "2026-11-25T12:00:01Z",
  change: "raised",
  severity: "minor",
  value: 28.4,
  limit: 28,
  actor: null,
  note: null,
  ...more,
});

function open(now: Alarm, more: Answers = {}) {
  const journal = [change(1, {})];
  const state = { alarm: now };
  const opened = openPage(
    <AlarmDrawer site="s" timeZone="Europe/Berlin" />,
    {
      "GET /api/alarms/1": () => ({ body: { alarm: state.alarm, journal } }),
      "POST /api/alarms/1/notes": ({ body }) => {
        const { note } = body as { note: string };
        journal.push(change(2, { change: "noted", actor: "jane", note, value: null, limit: null }));
        return { body: { alarm: state.alarm, journal } };
      },
      ...more,
    },
    { url: "/alarms/?alarm=1" },
  );
  return { ...opened, journal, state };
}

test("value against limit, where, what to do, and the journal in site time", async () => {
  open(alarm(1, { instruction: "Look at the CRAC." }));
  const dialog = await screen.findByRole("dialog", { name: "Rack inlet temperature" });
  await within(dialog).findByText("Room 1 › R1 › inlet temperature");
  expect(within(dialog).getByText("28.4 °C")).toBeTruthy();
  expect(within(dialog).getByText("above 28.0 °C")).toBeTruthy();
  expect(within(dialog).getByText("Look at the CRAC.")).toBeTruthy();
  expect(within(dialog).getByTestId("journal-raised").textContent).toContain("13:00:00");
});

test("a note is added to the journal", async () => {
  const { calls } = open(alarm(1));
  await userEvent.type(await screen.findByLabelText("Add a note"), "looked at it");
  await userEvent.click(screen.getByRole("button", { name: "Add note" }));
  expect((await screen.findByTestId("journal-noted")).textContent).toContain("by jane");
  expect(screen.getByTestId("journal-noted").textContent).toContain("looked at it");
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({ note: "looked at it" });
});

test("what the stream says of it is shown without being asked", async () => {
  const { state, journal } = open(alarm(1));
  await screen.findByTestId("journal-raised");
  state.alarm = alarm(1, { state: "acknowledged", acknowledged_by: "jane", acknowledged_at: "2026-11-25T12:05:00Z" });
  journal.push(change(3, { change: "acknowledged", actor: "jane" }));
  await hear(state.alarm);
  await screen.findByTestId("journal-acknowledged");
  await waitFor(() => expect(screen.queryByRole("button", { name: "Acknowledge" })).toBeNull());
});

test("a latched alarm whose condition is over can be reset; why not is said", async () => {
  const latched = alarm(1, { latched: true, state: "cleared", cleared_at: "2026-11-25T12:01:00Z" });
  open(latched, { "POST /api/alarms/1/reset": () => ({ status: 409, body: { detail: "The condition holds." } }) });
  await screen.findByText("Cleared, latched");
  await userEvent.click(await screen.findByRole("button", { name: "Reset" }));
  await screen.findByText("The condition holds.");
});

test("the chart has the limits of the alarm's own side", () => {
  const levels = [
    { when: "below" as const, limit: 18, severity: "minor" as const },
    { when: "above" as const, limit: 28, severity: "minor" as const },
    { when: "above" as const, limit: 32, severity: "critical" as const },
  ];
  expect(limitsOf([rule(1, { levels })], alarm(1)).map(({ label }) => label)).toEqual([
    "Minor 28.0 °C",
    "Critical 32.0 °C",
  ]);
  expect(limitsOf([rule(1, { levels, enabled: false })], alarm(1))).toEqual([]);
});
