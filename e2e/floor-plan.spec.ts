// The floor plan's whole way on a site of its own: keyboard, pointer, touch and address lead to a rack, an administrator moves and resizes and
// takes it back, the past is shown as it was and plays on. What is on the canvas is read from its renderer. A rack that gets hot: environment.spec.ts.
import { expect, type Page } from "@playwright/test";
import { canvasOf, drawn, scaleOf, screenOf, shadeOf } from "./plan-canvas";
import { publish, reading, type SignedIn, signedIn, signIn, test } from "./support";

// After a failure another worker goes on, with a site of its own.
const site = `planned-${process.pid}`;
const topic = (rack: string) => `dc/${site}/room-1/rack-${rack}/temperature`;
const names = ["A01", "A02", "A03", "B01", "B02", "B03"];
const begun = Math.floor(Date.now() / 1000) * 1000;
const before = (minutes: number) => new Date(begun - minutes * 60_000);
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
  // B01 speaks later, of its past first.
  for (const name of names.filter((name) => name !== "B01")) publish(topic(name), reading(22, "°C"));
});
test.afterAll(() => admin.api.dispose());

async function open(page: Page, query = "") {
  await signIn(page, "admin");
  await page.goto(`/floor-plan/?site=${site}${query}`);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
  await expect.poll(async () => (await drawn(page)).racks).toBe(names.length);
}
/** With the mouse, from one point of the room to another. */
async function drag(page: Page, ...way: [number, number][]) {
  const box = await canvasOf(page).boundingBox();
  for (const [at, [x, y]] of way.entries()) {
    const point = await screenOf(page, x, y);
    await page.mouse.move((box?.x ?? 0) + point.x, (box?.y ?? 0) + point.y, { steps: at === 0 ? 1 : 4 });
    if (at === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

test("keyboard, pointer and address lead to a rack", async ({ page, browser }) => {
  await open(page, "&table=1");
  await expect.poll(() => shadeOf(page, "A01")).toBe(9);
  const plan = page.getByRole("application", { name: /Floor plan of Room 1/ });
  await plan.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("plan-selected")).toContainText("Rack A01: Temperature 22.0 °C");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("plan-selected")).toContainText("Rack B01");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: /A01/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/rack=/);

  const at = await screenOf(page, 3.2, 4.4);
  await canvasOf(page).hover({ position: at });
  await expect(page.getByTestId("hover-card")).toContainText("B03");
  await canvasOf(page).click({ position: at });
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
  await expect(panel).toBeVisible();
  await drag(page, [3.2, 2], [4.57, 2.04]);
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

test("an aisle is resized by its corner, and that can be taken back", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Edit" }).click();
  const panel = page.getByRole("complementary", { name: "Edit the plan" });
  await canvasOf(page).click({ position: await screenOf(page, 2.6, 3.2) });
  await expect(panel.getByLabel("Name")).toHaveValue("Cold aisle 1");
  const chosen = panel.getByRole("region", { name: "Chosen" });
  const box = async () =>
    Promise.all(["x, m", "y, m", "Width, m", "Depth, m"].map((label) => chosen.getByLabel(label).inputValue()));
  expect(await box()).toEqual(["2.6", "3.2", "1.8", "1.2"]);
  // Onto the grid; the corner across stays where it is.
  await drag(page, [3.5, 3.8], [4.13, 3.58]);
  await expect.poll(box).toEqual(["2.9", "3.1", "2.4", "1"]);
  await drag(page, [1.7, 2.6], [1.3, 2.6]);
  await expect.poll(box).toEqual(["2.7", "3.1", "2.8", "1"]);
  await page.keyboard.press("Control+z");
  await expect.poll(box).toEqual(["2.9", "3.1", "2.4", "1"]);
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/saved as version/)).toBeVisible();
  const rooms = await (await admin.api.get(`/api/rooms?site=${site}`)).json();
  const saved = await (await admin.api.get(`/api/rooms/${rooms.items[0].id}/plan`)).json();
  expect(saved.aisles).toMatchObject([{ name: "Cold aisle 1", x_m: 2.9, y_m: 3.1, width_m: 2.4, depth_m: 1 }]);
});

test("one finger pans, two zoom, and a tap opens a rack", async ({ browser }) => {
  const context = await browser.newContext({
    ...{ baseURL: process.env.DCIM_E2E_URL, hasTouch: true, isMobile: true },
    viewport: { width: 768, height: 1024 },
  });
  const page = await context.newPage();
  await open(page);
  const hand = await context.newCDPSession(page);
  const { x: left = 0, y: top = 0, width = 0, height = 0 } = (await canvasOf(page).boundingBox()) ?? {};
  type Finger = [number, number];
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...fingers: Finger[]) =>
    hand.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: fingers.map(([x, y], id) => ({ x: left + x, y: top + y, id })),
    });
  const [x, y] = [Math.round(width / 2), Math.round(height / 2)];

  // Apart, to three times the size, around where the fingers are.
  const [scale, at] = [await scaleOf(page), await screenOf(page, 2, 2)];
  const apart = (by: number): Finger[] => [
    [x - by, y],
    [x + by, y],
  ];
  await touch("touchStart", ...apart(40));
  for (const by of [60, 80, 100, 120]) await touch("touchMove", ...apart(by));
  await touch("touchEnd");
  await expect.poll(async () => (await scaleOf(page)) / scale).toBeCloseTo(3, 1);
  const zoomed = await screenOf(page, 2, 2);
  expect(Math.hypot(zoomed.x - (x + 3 * (at.x - x)), zoomed.y - (y + 3 * (at.y - y)))).toBeLessThan(6);
  await expect(page).toHaveURL(/view=/);

  await touch("touchStart", [x, y]);
  for (const step of [1, 2, 3, 4]) await touch("touchMove", [x + 15 * step, y + 10 * step]);
  await touch("touchEnd");
  await expect.poll(async () => (await screenOf(page, 2, 2)).x - zoomed.x).toBeCloseTo(60, 0);
  expect((await screenOf(page, 2, 2)).y - zoomed.y).toBeCloseTo(40, 0);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.getByRole("button", { name: "Show the whole room" }).tap();
  const rack = await screenOf(page, 2.6, 2);
  await page.touchscreen.tap(left + rack.x, top + rack.y);
  await expect(page.getByRole("dialog", { name: "Rack A02" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // A finger is never quite still.
  const next = await screenOf(page, 2, 2);
  await touch("touchStart", [next.x, next.y]);
  await touch("touchMove", [next.x + 5, next.y + 5]);
  await touch("touchEnd");
  await expect(page.getByRole("dialog", { name: "Rack A01" })).toBeVisible();
  await context.close();
});

test("what is no rack says what it is under a finger, too", async ({ browser }) => {
  const context = await browser.newContext({
    ...{ baseURL: process.env.DCIM_E2E_URL, hasTouch: true, isMobile: true },
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await signIn(page, "operator");
  await page.goto("/floor-plan/?site=demo&room=room-1");
  await expect.poll(async () => (await drawn(page)).racks).toBe(10);
  const rooms = await (await page.request.get("/api/rooms?site=demo")).json();
  const plan = await (await page.request.get(`/api/rooms/${rooms.items[0].id}/plan`)).json();
  const unit = plan.units.find(({ name }: { name: string }) => name === "crac-01");
  const at = await screenOf(page, unit.placement.x_m, unit.placement.y_m);
  const box = await canvasOf(page).boundingBox();
  await page.touchscreen.tap((box?.x ?? 0) + at.x, (box?.y ?? 0) + at.y);
  await expect(page.getByTestId("hover-card")).toContainText("crac-01");
  await page.touchscreen.tap((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
  await expect(page.getByTestId("hover-card")).toHaveCount(0);
  await context.close();
});

test("the past plays on at every speed, along its alarms, until it is now", async ({ page }) => {
  const say = (minutes: number, value: number) => publish(topic("B01"), reading(value, "°C", before(minutes)));
  say(31.5, 20);
  say(21.5, 26);
  // Until the rule, which may be new, has judged one.
  let hot = 11.5;
  const alarms = async () =>
    (await (await admin.api.get(`/api/alarms?site=${site}&state=all&search=B01`)).json()).items.length;
  await expect(async () => {
    hot -= 0.05;
    say(hot, 35);
    await expect.poll(alarms, { timeout: 2000 }).toBe(1);
  }).toPass();
  say(5.5, 23);
  publish(topic("B01"), reading(22, "°C"));
  await open(page, `&table=1&at=${before(34).toISOString()}`);
  const track = page.getByRole("region", { name: "Time travel" });
  const slider = page.getByRole("slider", { name: "Moment" });
  const speed = page.getByRole("combobox", { name: "Speed" });
  const shown = async () => Number(await slider.inputValue());
  const cell = page.getByRole("row").filter({ hasText: "B01" });
  await expect(track.locator("line.stroke-critical")).toHaveCount(1);
  await page.keyboard.press("]");
  await expect.poll(shown).toBe(before(hot).getTime());
  await expect(cell).toContainText("35.0");
  await expect(cell).toContainText("Critical");

  for (const times of [1, 10, 60]) {
    await speed.selectOption(String(times));
    const [from, since] = [await shown(), Date.now()];
    await track.getByRole("button", { name: "Play" }).click();
    await expect.poll(async () => (await shown()) - from).toBeGreaterThanOrEqual(1000 * times);
    await track.getByRole("button", { name: "Pause" }).click();
    const to = await shown();
    // Never faster than asked; slower only when the moments come late.
    expect(to - from).toBeLessThanOrEqual(times * (Date.now() - since) + 500); // the track has whole seconds
    await expect(track.getByRole("button", { name: "Play" })).toBeVisible();
    expect(await shown()).toBe(to);
  }

  await page.goto(`/floor-plan/?site=${site}&table=1&at=${before(34).toISOString()}`);
  await expect(cell).toContainText("–");
  await speed.selectOption("600");
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = () => {
      const row = Array.from(document.querySelectorAll("tr")).find((each) => each.textContent?.startsWith("B01"));
      const text = row?.querySelectorAll("td")[1]?.textContent ?? "";
      if (text !== seen.at(-1)) seen.push(text);
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { seen });
  });
  await page.keyboard.press("p");
  await expect(page.getByTestId("past-banner")).toBeVisible();
  await expect(page.getByTestId("time-shown")).toHaveText("Now", { timeout: 30_000 });
  await expect(page.getByTestId("past-banner")).toHaveCount(0);
  await expect(track.getByRole("button", { name: "Play" })).toBeVisible();
  await expect(cell).toContainText("22.0");
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen).toEqual(["never reported", "20.0", "26.0", "35.0", "23.0", "22.0"]);
  await expect(page).not.toHaveURL(/at=/);

  await page.keyboard.press("[");
  await expect(page.getByTestId("past-banner")).toBeVisible();
  await page.keyboard.press("n");
  await expect(page.getByTestId("past-banner")).toHaveCount(0);
});

test("the past is shown as it was, and never taken for now", async ({ page }) => {
  const now = new Date();
  publish(topic("B02"), reading(20, "°C", new Date(now.getTime() - 3000)));
  publish(topic("B02"), reading(35, "°C", now));
  await open(page, `&table=1&select=B02&at=${new Date(now.getTime() - 1500).toISOString()}`);
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
