// The floor plan's whole way on a site of its own: what is published turns a rack on the open plan, the address shows the same to others, an
// administrator moves racks and takes it back, and the past is shown as it was. What is on the canvas is read from its pixels and its renderer.
import { expect, type Page } from "@playwright/test";
import { publish, reading, type SignedIn, signedIn, signIn, test } from "./support";

// After a failure another worker goes on, with a site of its own.
const site = `planned-${process.pid}`;
const topic = (rack: string) => `dc/${site}/room-1/rack-${rack}/temperature`;
const names = ["A01", "A02", "A03", "B01", "B02", "B03"];
let admin: SignedIn;

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const racks = names.map((name, at) => ({
    ...{ name, height_u: 42, rated_power_kw: 8, row: name[0] },
    placement: {
      x_m: 2 + 0.6 * (at % 3),
      y_m: at < 3 ? 2 : 4.4,
      rotation_deg: at < 3 ? 0 : 180,
      width_m: 0.6,
      depth_m: 1.2,
    },
    devices: [
      {
        ...{ name: `${name} climate`, type: "temperature-sensor", topic: topic(name), interval_s: 3600 },
        sensors: [{ name: "inlet temperature", kind: "inlet-temperature", unit: "°C" }],
      },
    ],
  }));
  const plan = {
    ...{ width_m: 6, depth_m: 6.4, ashrae_class: "A2" },
    aisles: [{ name: "Cold aisle 1", type: "cold", x_m: 2.6, y_m: 3.2, width_m: 1.8, depth_m: 1.2 }],
  };
  await admin.post("/api/sites/import", {
    site: { code: site, name: `Planned site ${process.pid}`, time_zone: "UTC", simulated: true },
    rooms: [{ code: "room-1", name: "Room 1", plan, racks }],
  });
  const levels = [{ when: "above", limit: 30, severity: "critical" }];
  const rule = {
    name: "Planned inlet",
    type: "limits",
    kind: "inlet-temperature",
    levels,
    dead_band: 1,
    on_delay_s: 0,
  };
  await admin.post(`/api/alarm-rules?site=${site}`, { ...rule, off_delay_s: 0, scope: { site } });
  for (const name of names) publish(topic(name), reading(22, "°C"));
});
test.afterAll(() => admin.api.dispose());

type Drawn = {
  plan: {
    toScreen: (at: { x: number; y: number }) => { x: number; y: number };
    stats: { racks: number; hatched: number };
  };
};

/** The colour at a point of the room, as it is on the screen. */
const colorAt = (page: Page, x: number, y: number) =>
  page.getByTestId("plan-canvas").evaluate(
    (canvas: HTMLCanvasElement & Drawn, at) => {
      const { x, y } = canvas.plan.toScreen(at);
      const ratio = canvas.width / canvas.clientWidth;
      return [...(canvas.getContext("2d")?.getImageData(x * ratio, y * ratio, 1, 1).data ?? [])].slice(0, 3);
    },
    { x, y },
  );
const screenOf = (page: Page, x: number, y: number) =>
  page
    .getByTestId("plan-canvas")
    .evaluate((canvas: HTMLCanvasElement & Drawn, at) => canvas.plan.toScreen(at), { x, y });
const drawn = (page: Page) =>
  page.getByTestId("plan-canvas").evaluate((canvas: HTMLCanvasElement & Drawn) => canvas.plan.stats);

async function open(page: Page, query = "") {
  await signIn(page, "admin");
  await page.goto(`/floor-plan/?site=${site}${query}`);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
  await expect.poll(async () => (await drawn(page)).racks).toBe(names.length);
}
/** In the rear third, beside the words. */
const a01 = [1.8, 1.55] as const;
const shadeOf = (page: Page, rack: string) =>
  page.getByRole("row").filter({ hasText: rack }).locator("[data-shade]").getAttribute("data-shade");

test("a rack that gets hot turns on the open plan; keyboard, click and address lead to it", async ({
  page,
  browser,
}) => {
  await open(page, "&table=1");
  await expect.poll(() => shadeOf(page, "A01")).toBe("9");
  const [red = 0, , blue = 0] = await colorAt(page, ...a01);
  expect(blue).toBeGreaterThan(red);
  publish(topic("A01"), reading(34.5, "°C"));
  await expect.poll(async () => (await colorAt(page, ...a01))[0]).toBeGreaterThan(220);
  await expect.poll(() => shadeOf(page, "A01")).toBe("29");
  await expect(page.getByRole("row").filter({ hasText: "A01" })).toContainText("Critical");
  // Half of the racks at least are as they were.
  expect((await colorAt(page, 3.0, 1.55))[2]).toBeGreaterThan(150);

  const plan = page.getByRole("application", { name: /Floor plan of Room 1/ });
  await plan.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("plan-selected")).toContainText("Rack A01: Temperature 34.5 °C");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("plan-selected")).toContainText("Rack B01");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: /A01/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/rack=/);

  const at = await screenOf(page, 3.2, 4.4);
  await page.getByTestId("plan-canvas").hover({ position: at });
  await expect(page.getByTestId("hover-card")).toContainText("B03");
  await page.getByTestId("plan-canvas").click({ position: at });
  await expect(page.getByRole("dialog", { name: /B03/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("5");
  await expect(page).toHaveURL(/layer=alarms/);
  await plan.focus();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await expect(page).toHaveURL(/view=/);
  const other = await (await browser.newContext({ baseURL: process.env.DCIM_E2E_URL })).newPage();
  await signIn(other, "admin");
  await other.goto(page.url());
  await expect(other.getByTestId("plan-selected")).toContainText("Rack B03");
  await expect(other.getByRole("application", { name: /alarms/ })).toBeVisible();
  await expect.poll(async () => (await drawn(other)).racks).toBe((await drawn(page)).racks);
  // To the centimetre that the address holds.
  const [here, there] = [await screenOf(page, 3, 3), await screenOf(other, 3, 3)];
  expect(Math.hypot(here.x - there.x, here.y - there.y)).toBeLessThan(1.5);
  await other.context().close();
});

test("an administrator moves a rack, takes it back, and saves; of two the second has the choice", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Edit" }).click();
  const panel = page.getByRole("complementary", { name: "Edit the plan" });
  const canvas = page.getByTestId("plan-canvas");
  await expect(panel).toBeVisible();
  const [from, to] = [await screenOf(page, 3.2, 2), await screenOf(page, 4.57, 2.04)];
  const box = await canvas.boundingBox();
  await page.mouse.move((box?.x ?? 0) + from.x, (box?.y ?? 0) + from.y);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) + to.x, (box?.y ?? 0) + to.y, { steps: 4 });
  await page.mouse.up();
  await expect(panel).toContainText("A03");
  // On the grid, and in the row that it came from.
  await expect(panel.getByLabel("x, m")).toHaveValue("4.6");
  await expect(panel.getByLabel("y, m")).toHaveValue("2");
  await page.keyboard.press("Control+z");
  await expect(panel.getByLabel("x, m")).toHaveValue("3.2");
  await page.keyboard.press("Control+Shift+z");
  await expect(panel.getByLabel("x, m")).toHaveValue("4.6");
  await panel.getByLabel("x, m").fill("2.9");
  await expect(panel.getByText("A03 overlaps A02")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Save" })).toBeDisabled();
  await panel.getByLabel("x, m").fill("4.8");
  // Somebody else saves meanwhile.
  const rooms = await (await admin.api.get(`/api/rooms?site=${site}`)).json();
  const path = `/api/rooms/${rooms.items[0].id}/plan`;
  const theirs = await (await admin.api.get(path)).json();
  const answer = await admin.api.put(path, {
    data: {
      ...{ width_m: 7, depth_m: theirs.depth_m, ashrae_class: "A1", aisles: theirs.aisles },
      racks: theirs.racks.map(({ id, row, placement }: (typeof theirs.racks)[number]) => ({ id, row, placement })),
      units: [],
    },
    headers: { "X-CSRF-Token": admin.token, "If-Match": `"${theirs.version}"` },
  });
  expect(answer.status()).toBe(200);
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("dialog", { name: "Discard" }).getByRole("button", { name: "Go on editing" }).click();
  await panel.getByRole("button", { name: "Save" }).click();
  await page
    .getByRole("dialog", { name: "Somebody else" })
    .getByRole("button", { name: "Save mine over theirs" })
    .click();
  await expect(page.getByText(`saved as version ${theirs.version + 2}`)).toBeVisible();
  const saved = await (await admin.api.get(path)).json();
  expect(saved.width_m).toBe(6);
  expect(saved.racks.find(({ name }: { name: string }) => name === "A03").placement.x_m).toBe(4.8);
});

test("the past is shown as it was, and never taken for now", async ({ page }) => {
  const before = new Date();
  publish(topic("B02"), reading(20, "°C", new Date(before.getTime() - 3000)));
  publish(topic("B02"), reading(35, "°C", before));
  await open(page, `&table=1&select=B02&at=${new Date(before.getTime() - 1500).toISOString()}`);
  const cell = page.getByRole("row").filter({ hasText: "B02" });
  await expect(page.getByTestId("past-banner")).toContainText("The past, not live");
  await expect(page.getByTestId("plan")).toHaveAttribute("data-past", "true");
  await expect(cell).toContainText("20.0");
  await expect(page.getByTestId("plan-selected")).toContainText("Rack B02: Temperature 20.0 °C");
  const sought = Date.now();
  await page.getByRole("slider", { name: "Moment" }).focus();
  await page.keyboard.press("Home");
  await expect(cell).toContainText("–");
  console.log(`a seek took ${Date.now() - sought} ms until it was seen`);
  await expect.poll(async () => (await drawn(page)).hatched).toBe(names.length);
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByTestId("past-banner")).toHaveCount(0);
  await expect(cell).toContainText("35.0");
  await expect(page).not.toHaveURL(/at=/);
});
