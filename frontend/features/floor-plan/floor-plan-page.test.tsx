import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { readingsStore } from "@/lib/readings-store";
import { openPage } from "@/lib/testing";
import { FloorPlanPage } from "./floor-plan-page";
import type { Plan } from "./plan-api";
import { room, somePlan, someRacks } from "./test-data";

const racks = someRacks();
const sensors = racks.flatMap((rack) => rack.sensors);
let plan: Plan;

const list = (items: unknown[]) => () => ({ body: { items } });
const answers = () => ({
  "GET /api/rooms": list([room, { ...room, id: 2, code: "room-2", name: "Room 2" }]),
  "GET /api/racks": list(racks),
  "GET /api/sensors": list(sensors),
  "GET /api/rooms/1/plan": () => ({ body: plan }),
  "GET /api/rooms/2/plan": () => ({ body: somePlan({ room: { ...room, id: 2 }, racks: [], units: [], aisles: [] }) }),
  "GET /api/rooms/1/timeline": () => ({
    body: { from: "", to: "", earliest: null, alarms: [], truncated: false, plans: [] },
  }),
  "GET /api/readings": () => ({ body: { interval: "5m", from: "", to: "", columns: [], series: [] } }),
  "GET /api/rooms/1/state": ({ query }: { query: URLSearchParams }) => {
    const at = query.get("at") ?? "";
    return { body: { at, plan_version: 1, columns: [], readings: [[11, Date.parse(at) - 1000, 19.5, 0]], alarms: [] } };
  },
});
const page = <FloorPlanPage />;

beforeEach(() => {
  plan = somePlan();
  const ts = Date.now() - 1000;
  act(() =>
    readingsStore.replace([
      [11, ts, 21.5, 0],
      [14, ts, 6, 0],
      [21, ts, 33, 0],
    ]),
  );
});

const rowOf = async (name: string) =>
  (await screen.findByText(name, { selector: "strong" })).closest("tr") as HTMLElement;

test("the table says what the plan shows, and why there is nothing", async () => {
  openPage(page, answers(), { url: "/floor-plan/?table=1" });
  const a01 = await rowOf("A01");
  await waitFor(() => expect(a01.textContent).toContain("21.5"));
  expect(a01.textContent).toContain("75 %");
  expect((await rowOf("B01")).textContent).toContain("never reported");
  expect(a01.querySelector("[data-shade]")?.getAttribute("data-shade")).toMatch(/^\d+$/);
  expect((await rowOf("B01")).querySelector("[data-shade]")?.getAttribute("data-shade")).toBe("hatched");
});

test("arrows choose, Enter opens, digits choose the layer; all of it is in the address", async () => {
  openPage(page, answers(), { url: "/floor-plan/" });
  await screen.findByRole("application", { name: /Floor plan of Room 1, temperature/ });
  const user = userEvent.setup();
  await user.keyboard("{ArrowRight}");
  expect(location.search).toContain("select=A01");
  await user.keyboard("{ArrowRight}");
  expect(screen.getByTestId("plan-selected").textContent).toBe("Rack A02: Temperature 33.0 °C");
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("dialog", { name: "Rack A02" })).toBeTruthy();
  expect(new URLSearchParams(location.search).get("rack")).toBe("room-1.A02");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.keyboard("4");
  expect(location.search).toContain("layer=power");
});

test("the past is marked, has its own values, and is left with one click", async () => {
  openPage(page, answers(), { url: "/floor-plan/?table=1&select=A01&at=2026-11-20T10:00:00Z" });
  expect((await screen.findByTestId("past-banner")).textContent).toContain("The past, not live");
  await waitFor(() => expect(screen.getByTestId("plan-selected").textContent).toBe("Rack A01: Temperature 19.5 °C"));
  expect(screen.getByTestId("plan").dataset.past).toBe("true");
  await userEvent.click(screen.getByRole("button", { name: "Back to now" }));
  expect(screen.queryByTestId("past-banner")).toBeNull();
  await waitFor(() => expect(screen.getByTestId("plan-selected").textContent).toBe("Rack A01: Temperature 21.5 °C"));
});

test("a moment that cannot be had shows nothing rather than what is now", async () => {
  const failing = { ...answers(), "GET /api/rooms/1/state": () => ({ status: 503, body: { detail: "no database" } }) };
  openPage(page, failing, { url: "/floor-plan/?at=2026-11-20T10:00:00Z" });
  expect((await screen.findByRole("alert")).textContent).toContain("no database");
  expect(screen.queryByTestId("plan-canvas")).toBeNull();
});

test("only administrators edit; a refusal is told at the thing that the server names, and undo takes back", async () => {
  const refused = {
    ...answers(),
    "PUT /api/rooms/1/plan": () => ({
      status: 400,
      body: { detail: "stands on a drain", field: "/racks/0/placement" },
    }),
  };
  const { calls } = openPage(page, refused, { url: "/floor-plan/", role: "admin" });
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Edit" }));
  const panel = screen.getByRole("complementary", { name: "Edit the plan" });
  // Aisles and units come before the racks.
  await user.keyboard("jjjj{ArrowUp}");
  expect((within(panel).getByLabelText("y, m") as HTMLInputElement).value).toBe("2.7");
  await user.keyboard("{Control>}z{/Control}");
  expect(within(panel).getByText("no changes")).toBeTruthy();
  await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  await user.click(within(panel).getByRole("button", { name: "Save" }));
  expect((await within(panel).findByTestId("refusal")).textContent).toBe("A01: stands on a drain");
  const sent = calls.find(({ method }) => method === "PUT");
  expect(sent?.ifMatch).toBe('"3"');
  expect(sent?.body).toMatchObject({ racks: expect.arrayContaining([expect.objectContaining({ id: 1, row: "A" })]) });
  expect(JSON.stringify(sent?.body)).toContain('"y_m":2.7');
  await user.click(within(panel).getByRole("button", { name: "Discard" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
  expect(screen.queryByRole("complementary", { name: "Edit the plan" })).toBeNull();
});

test("of two who save the second chooses", async () => {
  let theirs = false;
  const conflict = {
    ...answers(),
    "GET /api/rooms/1/plan": () => ({ body: theirs ? somePlan({ version: 4, width_m: 12 }) : plan }),
    "PUT /api/rooms/1/plan": ({ ifMatch, body }: { ifMatch: string | null; body: unknown }) => {
      if (ifMatch === '"4"')
        return { body: { ...somePlan(), ...(body as object), version: 5, racks: somePlan().racks } };
      theirs = true;
      return { status: 409, body: { detail: "changed meanwhile" } };
    },
  };
  openPage(page, conflict, { url: "/floor-plan/", role: "admin" });
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Edit" }));
  await user.keyboard("jjjj{ArrowUp}");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await user.click(await screen.findByRole("button", { name: "Save mine over theirs" }));
  expect(await screen.findByText("The plan of Room 1 is saved as version 5.")).toBeTruthy();
});

test("the legend has the limits of the alarm rules, each once", async () => {
  const levels = [
    { when: "above", limit: 28, severity: "minor" },
    { when: "above", limit: 32, severity: "critical" },
  ];
  const limited = { ...answers(), "GET /api/limits": list([{ levels }, { levels }, { levels: levels.slice(1) }]) };
  const { calls } = openPage(page, limited, { url: "/floor-plan/" });
  expect(await screen.findByText(/alarm limits: minor above 28 °C, critical above 32 °C$/)).toBeTruthy();
  expect(calls.find(({ path }) => path === "/api/limits")?.query.get("kind")).toBe("inlet-temperature");
});

test("an operator has no way into editing, and a room without racks says so", async () => {
  openPage(page, answers(), { url: "/floor-plan/?room=room-2" });
  expect(await screen.findByText("Room 2 has no racks yet")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
});

test("a plan that cannot be had offers another try", async () => {
  let broken = true;
  const failing = {
    ...answers(),
    "GET /api/rooms/1/plan": () => (broken ? { status: 500, body: { detail: "broken" } } : { body: plan }),
  };
  openPage(page, failing, { url: "/floor-plan/" });
  expect(await screen.findByText("The plan could not be loaded")).toBeTruthy();
  broken = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("application", { name: /Room 1/ })).toBeTruthy();
});
