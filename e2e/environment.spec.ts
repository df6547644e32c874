// The overview, the plan and the environment's way: cooling fails on A01 of a site of its own, the real bot at 60 times the speed; the rack
// turns on the open plan, its curve crosses its band, the score falls and says why, and whoever opens the same address sees the same.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page } from "@playwright/test";
import { canvasOf, colorAt, drawn, screenOf, shadeOf } from "./plan-canvas";
import { addUser, bot, fillLogin, type SignedIn, scenario, signedIn, signIn, test } from "./support";

const site = "climate";
const secret = "the climate site's password";
const topicOf = (rack: string) => `dc/${site}/room-1/rack-${rack}/temperature`;
const racks = ["A01", "A02"];

let admin: SignedIn;
const bots: ChildProcess[] = [];

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const sensors = [{ name: "inlet temperature", kind: "inlet-temperature", unit: "°C" }];
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Climate site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [
      {
        ...{ code: "room-1", name: "Room 1" },
        racks: racks.map((name) => ({
          ...{ name, height_u: 42, rated_power_kw: 8 },
          devices: [
            { name: `${name} climate`, type: "temperature-sensor", topic: topicOf(name), interval_s: 30, sensors },
          ],
        })),
      },
    ],
  });
  const silent = { name: "Silence is fine", type: "no-data", kind: "*", enabled: false, scope: { site } };
  const levels = [{ when: "silent", limit: 3, severity: "minor" }];
  await admin.post(`/api/alarm-rules?site=${site}`, { ...silent, levels, on_delay_s: 0, off_delay_s: 0 });
  addUser("operator@climate.test", secret, "operator", site);
  for (const rack of racks) {
    bots.push(spawn(...bot("temperature", "--site", site, "--room", "room-1", "--rack", rack, "--speed", "60")));
  }
});

test.afterAll(async () => {
  const ended = bots.map((each) => new Promise((done) => each.on("exit", done)));
  for (const each of bots) each.kill("SIGTERM");
  await Promise.all(ended);
  await admin.api.dispose();
});

async function signInHere(page: Page) {
  await page.goto("/login/");
  await fillLogin(page, "operator@climate.test", secret);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
}

type Placed = { name: string; placement: { x_m: number; y_m: number; rotation_deg: number } };

/** Of each rack a point in its rear third, beside the words. */
async function rackPlaces(page: Page) {
  const { items } = await (await page.request.get(`/api/rooms?site=${site}`)).json();
  const plan: { racks: Placed[] } = await (await page.request.get(`/api/rooms/${items[0].id}/plan`)).json();
  const rearOf = (name: string) => {
    const placement = plan.racks.find((rack) => rack.name === name)?.placement;
    if (!placement) throw new Error(`${name} stands nowhere`);
    const way = placement.rotation_deg === 180 ? 1 : -1;
    return { rear: [placement.x_m + 0.2 * way, placement.y_m + 0.45 * way] as const };
  };
  return { A01: rearOf("A01"), A02: rearOf("A02") };
}

const score = async (page: Page) => Number(await page.getByTestId("health-score").innerText());

test("cooling fails on A01: its rack turns on the open plan, its curve crosses the band, the score falls and says why", async ({
  page,
  browser,
}) => {
  test.setTimeout(150_000);
  await signInHere(page);
  await expect(page.getByTestId("rack-row-A01")).toContainText("OK", { timeout: 20_000 });
  await expect(page.getByTestId("health-reasons")).toHaveCount(0);
  const well = await score(page);
  expect(well).toBe(100);

  const plan = await page.context().newPage();
  await plan.goto(`/floor-plan/?site=${site}&table=1`);
  await expect(plan.getByTestId("live-indicator")).toHaveText("Live");
  await expect.poll(async () => (await drawn(plan)).racks).toBe(racks.length);
  const places = await rackPlaces(plan);
  const shade = await shadeOf(plan, "A01");
  const before = await colorAt(plan, ...places.A01.rear);
  expect(before.blue).toBeGreaterThan(before.red);
  await plan.evaluate(() => Object.assign(window, { neverReloaded: true }));

  scenario("COOLING_FAILURE", "--site", site, "--rack", "A01");
  await expect(page.getByTestId("rack-row-A01")).toContainText("Critical", { timeout: 60_000 });
  await expect(page.getByTestId("health-reasons")).toContainText("A01");
  await expect.poll(() => score(page)).toBeLessThan(well);
  await expect(page.getByTestId("health-word")).not.toHaveText(/Good/);
  await expect(page.getByTestId("kpi-open-alarms")).toHaveText("1");

  // The plan that was open all the while; the other rack is as it was.
  await expect.poll(async () => (await colorAt(plan, ...places.A01.rear)).red).toBeGreaterThan(220);
  await expect.poll(() => shadeOf(plan, "A01")).toBeGreaterThan(shade + 10);
  await expect(plan.getByRole("row").filter({ hasText: "A01" })).toContainText("Critical");
  const other = await colorAt(plan, ...places.A02.rear);
  expect(other.blue).toBeGreaterThan(other.red);
  expect(await plan.evaluate(() => "neverReloaded" in window)).toBe(true);

  // By keyboard alone: to the rack, into its panel, along its curve.
  await plan.getByRole("application", { name: /Floor plan of Room 1/ }).focus();
  await plan.keyboard.press("ArrowRight");
  await expect(plan.getByTestId("plan-selected")).toContainText("Rack A01: Temperature");
  await plan.keyboard.press("Enter");
  const panel = plan.getByRole("dialog", { name: "Rack A01" });
  await expect(panel.getByTestId("rack-verdict")).toContainText("Critical");
  await panel.getByRole("button", { name: "1 h", exact: true }).focus();
  await plan.keyboard.press("Enter");
  await expect(plan).toHaveURL(/range=1h/);
  const chart = panel.getByTestId("chart-inlet-temperature");
  const summary = chart.getByRole("img", { name: /inlet temperature: \d+ readings from [\d.]+ to [\d.]+ °C/ });
  await expect(summary).toBeVisible();
  const [, least, most] = /from ([\d.]+) to ([\d.]+)/.exec((await summary.getAttribute("aria-label")) ?? "") ?? [];
  expect(Number(least)).toBeLessThan(28);
  expect(Number(most)).toBeGreaterThan(32);
  await expect(panel.getByText("for all of its kind").first()).toBeVisible();
  const crosshair = chart.getByRole("slider");
  await crosshair.focus();
  await plan.keyboard.press("ArrowLeft");
  await expect(chart.locator("figcaption")).toContainText("°C");
  await panel.getByRole("button", { name: /inlet temperature as a table/ }).focus();
  await plan.keyboard.press("Enter");
  const figures = panel.getByRole("region", { name: /inlet temperature, table/ });
  await expect(figures).toContainText("inlet temperature, °C");
  // The newest first: it rises.
  const [newest = 0, oldest = 0] = [
    Number(await figures.getByRole("cell").first().innerText()),
    Number(await figures.getByRole("cell").last().innerText()),
  ];
  expect(newest).toBeGreaterThan(oldest + 4);

  const others = await browser.newContext({ baseURL: process.env.DCIM_E2E_URL });
  const there = await others.newPage();
  await signInHere(there);
  await there.goto(plan.url());
  await expect(there.getByRole("dialog", { name: "Rack A01" }).getByTestId("rack-verdict")).toContainText("Critical");
  await expect(there.getByRole("button", { name: "1 h", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await colorAt(there, ...places.A01.rear)).red).toBeGreaterThan(220);
  const [at, same] = [await screenOf(plan, 1, 1), await screenOf(there, 1, 1)];
  expect(Math.hypot(at.x - same.x, at.y - same.y)).toBeLessThan(1.5);
  await others.close();

  // And by pointer.
  await plan.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await canvasOf(plan).click({ position: await screenOf(plan, ...places.A01.rear) });
  await expect(panel.getByTestId("rack-verdict")).toContainText("Critical");
  await plan.close();

  // The reason that the score names leads to what is behind it.
  await page.getByTestId("health-reasons").getByRole("link", { name: /A01/ }).first().focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/floor-plan.*A01/);
  await page.goto(`/environment/?site=${site}`);
  const hot = page.getByRole("row").filter({ hasText: "A01" });
  await expect(hot).toContainText("Outside");
  await expect(page.getByTestId("air-room-1")).toContainText("ASHRAE class A1");
  await expect(page.getByTestId("air-room-1")).toContainText("RCI high");
});

test("a reason leads to its page, and limits for one rack begin as what holds there", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/?site=demo&rack=A03");
  const panel = page.getByRole("dialog", { name: "Rack A03" });
  await panel.getByRole("link", { name: "Edit the limits of inlet temperature" }).click();
  const drawer = page.getByRole("dialog", { name: "New rule" });
  await expect(drawer.getByLabel("Name")).toHaveValue(/, rack A03$/);
  await expect(drawer.getByLabel("Level 1, limit")).not.toHaveValue("");
});

test("the environment's CSV holds every rack", async ({ page }) => {
  await signIn(page);
  await page.goto("/environment/?site=demo&range=7d");
  await expect(page.getByTestId("air-room-1")).toContainText("last 7 days");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  expect(text.trim().split("\r\n")).toHaveLength(21);
  expect(text).toContain("recommended, share");
});

test("the page of components is in no export for production", async ({ page }) => {
  expect((await page.goto("/dev/components/"))?.status()).toBe(404);
  expect(readdirSync(resolve(import.meta.dirname, "../frontend/out"))).not.toContain("dev");
});
