import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Alarm, Room } from "@/lib/api";
import { readingsStore } from "@/lib/readings-store";
import { rack, sensor } from "@/lib/test-data";
import { type Answers, hear, openPage } from "@/lib/testing";
import { RackPanel } from "./rack-panel";

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => readingsStore.replace([]));

const one = rack(
  "A01",
  sensor(1, "inlet-temperature"),
  sensor(2, "inlet-humidity", { unit: "%RH" }),
  sensor(3, "rack-power", { device: "PDU" }),
);
const room = { id: 1, code: "room-1", name: "Room 1" } as Room;
const limits = {
  ...{ sensor_id: 1, kind: "inlet-temperature", unit: "°C", rule_id: 5, rule: "Inlet", scope: "kind", version: 1 },
  ...{ dead_band: 1, levels: [{ when: "above", limit: 28, severity: "minor" }] },
};
const hot = {
  ...{ id: 9, revision: 1, severity: "critical", state: "active", type: "limits", kind: "inlet-temperature" },
  ...{ when: "above", limit: 32, value: 33, unit: "°C", rule: "Inlet", raised_at: new Date().toISOString() },
  source: { room_id: 1, room: "Room 1", rack_id: 1, rack: "A01", sensor_id: 1, sensor: "inlet temperature" },
} as Alarm;

const answers: Answers = {
  "GET /api/limits": () => ({ body: { items: [limits] } }),
  "GET /api/readings": ({ query }) => ({
    body: {
      interval: "raw",
      series: [
        { sensor_id: Number(query.get("sensors")), points: [[Date.parse(query.get("from") ?? "") + 60_000, 24, 0]] },
      ],
    },
  }),
};

function open(url = "/?site=s&rack=A01", more: object = {}, role = "site-manager") {
  const onClose = vi.fn();
  return openPage(<RackPanel {...{ rack: one, room, timeZone: "UTC", onClose, ...more }} />, answers, { url, role });
}

async function say(...readings: [number, number][]) {
  const now = Date.now();
  readingsStore.apply(readings.map(([id, value]) => [id, now, value, 0]));
  await waitFor(() => expect(readingsStore.get(readings[0]?.[0] ?? 0)?.value).toBe(readings[0]?.[1]));
}

test("figures with dew point and share of the rating; a chart for each kind", async () => {
  open();
  await say([1, 24], [2, 50], [3, 4]);
  const panel = await screen.findByRole("dialog", { name: "Rack A01" });
  await within(panel).findByText("12.9");
  await within(panel).findByText(/50 % of 8 kW/);
  await within(panel).findByRole("img", { name: /A01 inlet temperature: \d+ readings/ });
  expect(within(panel).getAllByRole("figure")).toHaveLength(3);
});

test("what nobody has said is not known, and no figure", async () => {
  open();
  const panel = await screen.findByRole("dialog");
  expect(within(panel).getByTestId("rack-verdict").textContent).toContain("No data");
  expect(within(panel).getAllByText("never reported")[0]).toBeTruthy();
});

test("an alarm turns it at once, with its words", async () => {
  open();
  await say([1, 33], [2, 50], [3, 4]);
  await waitFor(() => expect(screen.getByTestId("rack-verdict").textContent).toContain("OK"));
  await hear(hot);
  await waitFor(() => expect(screen.getByTestId("rack-verdict").textContent).toContain("Critical"));
  expect(screen.getByTestId("rack-verdict").textContent).toContain("inlet temperature 33.0 °C (above 32.0 °C)");
});

test("limits name their rule; to edit is to make one for this rack; who may not is not offered it", async () => {
  open();
  const edit = await screen.findByRole("link", { name: "Edit the limits of inlet temperature" });
  expect(edit.getAttribute("href")).toMatch(/^\/alarms\/rules\/?\?site=s&rule=new&copy=5&rack=1$/);
});

test("who may only look sees the limits, and no way to edit them", async () => {
  open("/?site=s", {}, "viewer");
  await screen.findByText("Inlet, for all of its kind");
  expect(screen.queryByRole("link", { name: /Edit the limits/ })).toBeNull();
});

test("the span and the comparison are in the address", async () => {
  const { calls } = open("/?site=s&range=1h&compare=day");
  await screen.findByRole("button", { name: "inlet-temperature, previous day" });
  const spans = calls
    .filter(({ path, query }) => path === "/api/readings" && query.get("sensors") === "1")
    .map(({ query }) => Date.parse(query.get("from") ?? ""));
  expect(Math.abs((spans[0] ?? 0) - (spans[1] ?? 0))).toBe(86_400_000);
  await userEvent.click(screen.getByRole("button", { name: "7 d" }));
  expect(location.search).toBe("?site=s&range=7d&compare=day");
});

test("of a moment of the past it shows what was said then", async () => {
  const at = Date.parse("2026-11-20T12:00:00Z");
  const { calls } = open("/", { at, find: () => ({ ts: at - 1000, value: 21, quality: 0 }) });
  await screen.findByText("As it was on 20 Nov, 12:00:00");
  expect(screen.getAllByText("21.0").length).toBeGreaterThan(0);
  const ends = calls.filter(({ path }) => path === "/api/readings").map(({ query }) => query.get("to"));
  for (const end of ends) expect(Math.abs(Date.parse(end ?? "") - at)).toBeLessThan(60_000);
});
