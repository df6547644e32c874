import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Room } from "@/lib/api";
import { rack, sensor } from "@/lib/test-data";
import { type Answers, openPage } from "@/lib/testing";
import { ChainPage } from "./chain-page";
import { ElementsPage } from "./elements-page";
import { PowerPage } from "./power-page";
import type { Explanation, Term } from "./power-types";
import { RackPowerPage } from "./rack-page";
import { chain, element, power, rackPower, whatIf } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

const racks = [rack("A01", sensor(1, "rack-power"))];
const answers: Answers = {
  "GET /api/power": () => ({ body: power }),
  "GET /api/power/chain": () => ({ body: chain }),
  "GET /api/power/history": () => ({ body: { interval_s: 300, columns: ["t", "it_kw", "facility_kw"], rows: [] } }),
  "GET /api/power/pue": () => ({
    body: {
      interval_s: 3600,
      columns: ["t", "pue", "facility_kwh", "it_kwh", "coverage"],
      rows: [],
      total: power.pue_24h,
      meters: [],
    },
  }),
  "GET /api/power/what-if": () => ({ body: whatIf }),
  "GET /api/racks": () => ({ body: { items: racks } }),
  "GET /api/rooms": () => ({ body: { items: [{ id: 1, code: "room-1", name: "Room 1" } as Room] } }),
};

test("figures say their method, coverage and bounds; what is not known is no number", async () => {
  openPage(<PowerPage />, answers, { url: "/power/" });
  expect((await screen.findByTestId("facility-kw")).textContent).toBe("84.20kW");
  const it = screen.getByTestId("amount-it");
  expect(it.textContent).toContain("19 of 20 meters");
  expect(it.textContent).toContain("at least 60.00 kW");
  expect(screen.getByTestId("pue-now").textContent).toBe("–");
  expect(screen.getByText("The incomer's meter is silent.")).toBeTruthy();
  expect(screen.getByTestId("pue-24h").parentElement?.textContent).toContain("between 1.28 and 1.33");
  expect(screen.getAllByText("94 % of the span is covered").length).toBeGreaterThan(0);
});

test("a rack over its rating says so on its bar, and leads to its power", async () => {
  const over = { ...chain, racks: [rackPower(1, { kw: 8.4, share: 1.05, over: "rating" })] };
  openPage(<PowerPage />, { ...answers, "GET /api/power/chain": () => ({ body: over }) }, { url: "/power/" });
  const bar = await screen.findByTestId("bar-A01");
  expect(within(bar).getByRole("img", { name: /Rack A01: 105 % of the rating, over capacity/ })).toBeTruthy();
  expect(bar.getAttribute("href")).toContain("rack=room-1.A01");
  expect(screen.getByTestId("racks-over").textContent).toBe("◆ 1 over capacity");
});

const term = (label: string, value: number, more: Partial<Term> = {}): Term => ({
  ...{ label, op: "reading", value, unit: "kW", ts: null, sensor_id: null, used: true, why_not: null, terms: [] },
  ...more,
});
const explained = (value: number): Explanation => ({
  ...{ figure: "it", value, unit: "kW", text: "All that IT draws.", standard: "ISO/IEC 30134-2" },
  tree: term("IT", value, {
    op: "sum",
    terms: [
      term("A01", 4, { sensor_id: 1 }),
      term("A02", 3.5),
      term("A03", 9, { used: false, why_not: "silent since 1 h" }),
    ],
  }),
});

test("a figure is made again from its inputs, and a wrong one is found out", async () => {
  let value = 7.5;
  const page = { ...answers, "GET /api/power/explain": () => ({ body: explained(value) }) };
  const { calls } = openPage(<PowerPage />, page, { url: "/power/" });
  await userEvent.click(await screen.findByRole("button", { name: "Explain IT" }));
  expect((await screen.findByTestId("explain-verdict")).textContent).toContain("from 2 inputs: the same value");
  expect(screen.getByText(/left out: silent since 1 h/)).toBeTruthy();
  expect(location.search).toBe("?explain=it");
  expect(calls.find(({ path }) => path.endsWith("/explain"))?.query.get("figure")).toBe("it");
  await userEvent.keyboard("{Escape}");
  value = 8;
  await userEvent.click(screen.getByRole("button", { name: "Explain IT" }));
  await waitFor(() =>
    expect(screen.getByTestId("explain-verdict").textContent).toContain("7.50 kW, which is another value"),
  );
});

test("an element is lost in thought: the address holds it, the picture and the list say what follows", async () => {
  const { calls } = openPage(<ChainPage />, answers, { url: "/power/chain/" });
  const ups = await screen.findByTestId("element-UPS A");
  expect(screen.queryByTestId("what-if-banner")).toBeNull();
  await userEvent.click(ups);
  expect(location.search).toBe("?lost=2");
  expect((await screen.findByTestId("what-if-redundancy-lost")).textContent).toBe("A01");
  expect(screen.getByTestId("what-if-banner").textContent).toContain("nothing is switched.UPS A is lost");
  expect(screen.getByTestId("element-UPS A").dataset.state).toBe("lost");
  expect(screen.getByTestId("element-UPS B").getAttribute("aria-label")).toContain("Over capacity");
  const panel = screen.getByTestId("what-if");
  expect(panel.textContent).toContain("UPS B trips by overload: UPS B at 108 % of 120 kW");
  expect(panel.textContent).toContain("counted as A and B");
  expect(calls.find(({ path }) => path.endsWith("/what-if"))?.query.get("lost")).toBe("2");
  await userEvent.click(screen.getByRole("button", { name: "Back to how it is" }));
  expect(location.search).toBe("");
  expect(screen.getByTestId("element-UPS A").dataset.state).toBe("ok");
});

test("feeds are opened by their group; arrows go between elements, Enter loses one", async () => {
  openPage(<ChainPage />, answers, { url: "/power/chain/" });
  const utility = await screen.findByTestId("element-Utility");
  await userEvent.click(screen.getByRole("button", { name: /^1 rack feeds A/ }));
  expect(screen.getByTestId("element-A01 A")).toBeTruthy();
  utility.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowDown}{Enter}");
  await waitFor(() => expect(new URLSearchParams(location.search).get("lost")).toBe("3"));
});

test("a rack's phases stand against its breaker, with the reasons of its redundancy", async () => {
  const feed = element(4, "A01 A", "rack-feed", [2], {
    ...{ rack_id: 1, side: "A", breaker_a: 16 },
    phase: { current_a: [13.6, 8, null], imbalance_percent: 26, neutral_a: 5 },
  });
  const one = {
    ...chain,
    elements: [feed],
    racks: [rackPower(1, { feed_a: 4, redundancy: "single-fed", reasons: ["Nothing is on feed B"] })],
  };
  openPage(
    <RackPowerPage />,
    { ...answers, "GET /api/power/chain": () => ({ body: one }) },
    { url: "/power/rack/?rack=room-1.A01" },
  );
  const card = await screen.findByTestId("feed-A");
  expect(within(card).getByRole("img", { name: /L1: 85 % of the rating, above what it may carry/ })).toBeTruthy();
  expect(within(card).getByRole("img", { name: "L3: not known" })).toBeTruthy();
  expect(card.textContent).toContain("12.8 A (80 %)");
  expect(screen.getByText("No feed B")).toBeTruthy();
  expect(screen.getByTestId("redundancy").textContent).toContain("Single-fed");
  expect(screen.getByText("Nothing is on feed B")).toBeTruthy();
});

test("an element is saved over the version that was read; what is wrong stands at its field; who may not edit looks", async () => {
  let wrong = true;
  const { calls } = openPage(
    <ElementsPage />,
    {
      ...answers,
      "GET /api/sensors": () => ({ body: { items: [sensor(1, "rack-power")] } }),
      "PATCH /api/power/elements/2": () =>
        wrong
          ? { status: 400, body: { detail: "There is one of that name.", field: "/name" } }
          : { body: chain.elements[1] },
    },
    { url: "/power/elements/?element=2", role: "site-manager", signedIn: true },
  );
  const dialog = await screen.findByRole("dialog", { name: "UPS A" });
  const name = within(dialog).getByLabelText("Name");
  await userEvent.clear(name);
  await userEvent.type(name, "UPS B");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await within(dialog).findByText("There is one of that name.");
  expect(name.getAttribute("aria-invalid")).toBe("true");
  wrong = false;
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await screen.findByText("The element is saved.");
  const call = calls.filter(({ method }) => method === "PATCH").at(-1);
  expect(call?.ifMatch).toBe('"1"');
  expect(call?.body).toMatchObject({ name: "UPS B", kind: "ups", inputs: [1], rated_kw: 120 });
});

test("an operator is offered no way to edit", async () => {
  openPage(
    <ElementsPage />,
    { ...answers, "GET /api/sensors": () => ({ body: { items: [sensor(1, "rack-power")] } }) },
    { url: "/power/elements/?element=2", signedIn: true },
  );
  const dialog = await screen.findByRole("dialog", { name: "UPS A" });
  expect(within(dialog).getByText("Your role may look at elements only.")).toBeTruthy();
  expect((within(dialog).getByLabelText("Name") as HTMLInputElement).closest("fieldset")?.disabled).toBe(true);
  expect(screen.queryByRole("button", { name: "New element" })).toBeNull();
});
