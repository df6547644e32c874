import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Alarm, Health, Overview } from "@/lib/api";
import { readingsStore } from "@/lib/readings-store";
import { rack, sensor } from "@/lib/test-data";
import { type Answers, hear, openPage } from "@/lib/testing";
import { OverviewPage } from "./overview-page";

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => readingsStore.replace([]));

const one = rack("A01", sensor(1, "inlet-temperature"), sensor(2, "rack-power"));
const figure = (value: number, unit: string) => ({
  ...{ value, unit, ts: new Date().toISOString(), reporting: 1, expected: 1 },
  status: "ok" as const,
});
const part = (
  key: Health["parts"][number]["key"],
  weight: number,
  lost = 0,
  reasons: { text: string; href: string }[] = [],
) => ({
  ...{ key, weight, lost, reasons },
});
const well: Health = {
  score: 100,
  word: "good",
  parts: [part("alarms", 45), part("racks", 20), part("redundancy", 0), part("data", 15)],
};
const hot = { text: "A01 inlet temperature is 33.0 °C", href: "/alarms/?site=s&severity=critical" };
const ill: Health = {
  score: 60,
  word: "poor",
  parts: [part("alarms", 45, 30, [hot]), part("racks", 20, 10), part("redundancy", 0), part("data", 15)],
};
const pue: Overview["pue"] = {
  ...{ value: 1.247, method: "incomer ÷ IT, measured at UPS output", category: 1, facility_kw: 131.1, it_kw: 105 },
  ...{ ts: new Date().toISOString(), reporting: 2, expected: 3, note: null },
};

function open(state: { health: Health }, more: Answers = {}) {
  const trends = ["total_power", "it_power", "cooling_power", "pue", "average_inlet", "maximum_inlet", "open_alarms"];
  return openPage(
    <OverviewPage />,
    {
      "GET /api/racks": () => ({ body: { items: [one] } }),
      "GET /api/rooms": () => ({ body: { items: [{ id: 1, code: "room-1", name: "Room 1" }] } }),
      "GET /api/sensors": () => ({ body: { items: one.sensors } }),
      "GET /api/overview": () => ({
        body: {
          ...{ site: { code: "s" }, health: state.health, pue, rooms: [] },
          total_power: figure(5, "kW"),
        } as unknown as Overview,
      }),
      "GET /api/overview/trends": () => ({ body: Object.fromEntries(trends.map((key) => [key, []])) }),
      "GET /api/readings": () => ({ body: { interval: "5m", points: [], series: [] } }),
      ...more,
    },
    { url: "/?site=s" },
  );
}

test("a site that is well: the score, and nothing against it; what cannot be judged is not called good", async () => {
  open({ health: well });
  expect((await screen.findByTestId("health-score")).textContent).toBe("100");
  expect(screen.getByText("Nothing stands against it.")).toBeTruthy();
  expect(screen.getByTestId("health-redundancy").textContent).toContain("not judged");
  expect(screen.getByTestId("health-alarms").textContent).toContain("all 45");
  expect(screen.queryByTestId("health-reasons")).toBeNull();
});

test("an alarm is asked about at once: the score falls, with the reason and where it leads", async () => {
  const state = { health: well };
  open(state);
  await screen.findByText("Nothing stands against it.");
  state.health = ill;
  const alarm = {
    ...{ id: 1, revision: 1, severity: "critical", state: "active", type: "limits", when: "above", limit: 32 },
    ...{ value: 33, unit: "°C", rule: "Inlet", raised_at: new Date().toISOString() },
    source: { room: "Room 1", rack_id: 1, rack: "A01", sensor: "inlet temperature" },
  };
  await hear(alarm as Alarm);
  await waitFor(() => expect(screen.getByTestId("health-score").textContent).toBe("60"));
  expect(screen.getByRole("link", { name: hot.text }).getAttribute("href")).toMatch(/severity=critical/);
  expect(screen.getByTestId("health-alarms").textContent).toContain("−30 of 45");
});

test("power and PUE say how they were measured, and by how many of the meters", async () => {
  open({ health: well });
  expect((await screen.findByTestId("kpi-total-power")).textContent).toBe("131.10");
  expect(screen.getByTestId("kpi-pue").textContent).toBe("1.25");
  expect(screen.getByText("incomer ÷ IT, measured at UPS output, category 1")).toBeTruthy();
  expect(screen.getByText("2 of 3 meters")).toBeTruthy();
});

test("no reading is no figure, and never zero", async () => {
  open({ health: { ...well, score: null, word: "unknown" } });
  expect((await screen.findByTestId("kpi-average-inlet")).textContent).toBe("–");
  expect(screen.getByTestId("health-word").textContent).toContain("Not known");
});

test("when the overview cannot be had, it says so, and what the stream says is shown all the same", async () => {
  open({ health: well }, { "GET /api/overview": () => ({ status: 400, body: { detail: "The database is away." } }) });
  expect((await screen.findAllByText("The database is away.")).length).toBeGreaterThan(0);
  readingsStore.apply([[1, Date.now(), 24, 0]]);
  await waitFor(() => expect(screen.getByTestId("kpi-average-inlet").textContent).toBe("24.0"));
});

test("a rack opens from its row, and the address holds it", async () => {
  open({ health: well });
  await userEvent.click(await screen.findByRole("button", { name: "A01" }));
  expect(within(await screen.findByRole("dialog", { name: "Rack A01" })).getByText("Limits")).toBeTruthy();
  expect(location.search).toContain("rack=room-1.A01");
});
