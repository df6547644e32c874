// Racks under a finger, and many of them, on the real stack in a site of its own: a finger that rests takes a device, one that moves scrolls;
// of a hall only what is near is drawn.
import { type CDPSession, devices, expect, type Locator, type Page } from "@playwright/test";
import { addUser, type SignedIn, signedIn, signInAs, test } from "./support";

const site = "halls";
const secret = "the halls site's password";
const rowNames = ["A", "B", "C"];
const racksOfRow = 20;

let admin: SignedIn;

type Listed = { id: number; name: string; rack: string; position: { u: number } | null };

async function listed(name: string) {
  const { items } = await (await admin.api.get(`/api/devices?site=${site}&q=${name}`)).json();
  return (items as Listed[]).find((each) => each.name === name);
}

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const type = { manufacturer: "Nordwind", model: "Hall 2U", role: "server", height_u: 2, power_typical_w: 300 };
  const twoDigits = (index: number) => String(index + 1).padStart(2, "0");
  const rackOf = (name: string) => ({
    ...{ name, height_u: 42, rated_power_kw: 8 },
    devices: Array.from({ length: 15 }, (_, index) => ({
      ...{ name: `${name.toLowerCase()}-srv-${twoDigits(index)}`, type: "server" },
      ...{ device_type: "Nordwind Hall 2U", u: 1 + 2 * index },
    })),
  });
  await admin.post("/api/sites/import", {
    device_types: [type],
    site: { code: site, name: "Halls site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [
      {
        ...{ code: "hall", name: "Hall" },
        racks: rowNames.flatMap((row) =>
          Array.from({ length: racksOfRow }, (_, index) => rackOf(`${row}${twoDigits(index)}`)),
        ),
      },
    ],
  });
  addUser("manager@halls.test", secret, "site-manager", site);
});

test.afterAll(() => admin.api.dispose());

const signInHere = (page: Page) => signInAs(page, "manager@halls.test", secret);

const front = (page: Page, rack: string) => page.getByRole("group", { name: `Rack ${rack}, front` });
const device = (page: Page, name: string, rack: string) =>
  front(page, rack).getByRole("button", { name: new RegExp(`^${name},`) });
const area = (page: Page) => page.locator("[data-elevation-area]");

type Point = { x: number; y: number };

async function middleOf(cell: Locator): Promise<Point> {
  const box = await cell.boundingBox();
  if (!box) throw new Error("It is not on screen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A real finger, as the browser's own input gets it: it scrolls what may scroll. */
class Finger {
  constructor(private readonly inspector: CDPSession) {}
  private send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Point[]) =>
    this.inspector.send("Input.dispatchTouchEvent", { type, touchPoints });
  down = (at: Point) => this.send("touchStart", [at]);
  async move(from: Point, to: Point, steps = 10) {
    for (let step = 1; step <= steps; ++step) {
      const along = (a: number, b: number) => a + ((b - a) * step) / steps;
      await this.send("touchMove", [{ x: along(from.x, to.x), y: along(from.y, to.y) }]);
    }
  }
  up = () => this.send("touchEnd", []);
}

test.describe("a finger", () => {
  const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = devices["Pixel 7"];
  test.use({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch });

  let finger: Finger;
  test.beforeEach(async ({ page }) => {
    await signInHere(page);
    await page.goto(`/racks/?site=${site}&rack=hall.A01`);
    await device(page, "a01-srv-15", "A01").scrollIntoViewIfNeeded();
    finger = new Finger(await page.context().newCDPSession(page));
  });

  test("that rests on a device takes it, with the verdict at once; what it drops stands there", async ({ page }) => {
    const held = device(page, "a01-srv-15", "A01"); // U 29 to 30
    const from = await middleOf(held);
    const to = await middleOf(front(page, "A01").getByRole("button", { name: "U 36, front: free" }));
    const taken = await middleOf(device(page, "a01-srv-13", "A01"));
    const before = await page.evaluate(() => window.scrollY);
    await finger.down(from);
    await expect(page.getByText("a01-srv-15 → A01", { exact: false })).toBeVisible();
    await finger.move(from, taken);
    await expect(page.getByTestId("verdict")).toContainText(/is taken by a01-srv-1\d/);
    await finger.move(taken, to);
    await expect(page.getByTestId("verdict")).toContainText(/^Fits|^Space is free, but/);
    await expect(page.getByTestId("ghost").first()).toBeVisible();
    await finger.up();
    await expect(page.getByText(/^a01-srv-15 is now in A01, U 3[56] to 3[67]/)).toBeVisible();
    expect(await page.evaluate(() => window.scrollY), "nothing has scrolled under it").toBe(before);
    expect((await listed("a01-srv-15"))?.position?.u).toBeGreaterThan(34);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).last().click();
    await expect(page.getByText("It is undone.")).toBeVisible();
    expect((await listed("a01-srv-15"))?.position?.u).toBe(29);
  });

  test("that moves at once scrolls, and moves nothing; a tap opens, a rest chooses", async ({ page }) => {
    const cell = device(page, "a01-srv-12", "A01");
    const from = await middleOf(cell);
    const scrolled = () =>
      page.evaluate(() => [window.scrollY, document.querySelector("[data-elevation-area]")?.scrollTop]);
    const before = await scrolled();
    await finger.down(from);
    await finger.move(from, { x: from.x, y: from.y - 150 }, 15);
    await finger.up();
    await expect.poll(scrolled).not.toEqual(before);
    await expect(page.getByTestId("verdict")).toHaveCount(0);
    expect((await listed("a01-srv-12"))?.position?.u).toBe(23);

    await cell.scrollIntoViewIfNeeded();
    await finger.down(await middleOf(cell));
    await expect(page.getByText("a01-srv-12 → A01", { exact: false })).toBeVisible();
    await finger.up();
    await expect(page.getByText("1 chosen")).toBeVisible();
    await expect(cell).toHaveAttribute("aria-pressed", "true");
    await page.getByRole("button", { name: "Choose none" }).tap();
    await cell.tap();
    await expect(page.getByRole("dialog", { name: "a01-srv-12" })).toBeVisible();
  });
});

test("of sixty racks only those in view are drawn, and all can be reached", async ({ page }) => {
  await signInHere(page);
  await page.goto(`/racks/?site=${site}`);
  await expect(device(page, "a01-srv-01", "A01")).toBeVisible();
  await expect(page.getByRole("group", { name: /^Rack .*, front$/ })).toHaveCount(rowNames.length * racksOfRow);
  // A rack has 27 cells: 15 devices and 12 free U.
  expect(await area(page).locator("[data-cell]").count()).toBeLessThan(27 * 30);
  await expect(device(page, "c20-srv-15", "C20")).toHaveCount(0);
  await front(page, "C20").scrollIntoViewIfNeeded();
  await expect(device(page, "c20-srv-15", "C20")).toBeVisible();
  await device(page, "c20-srv-15", "C20").click();
  await expect(page.getByRole("dialog", { name: "c20-srv-15" })).toBeVisible();
  await page.keyboard.press("Escape");

  // A row for itself, which the address keeps.
  await page.getByLabel("Row", { exact: true }).selectOption({ label: "Row B" });
  await expect(page).toHaveURL(/row=B/);
  await expect(page.getByRole("group", { name: /^Rack .*, front$/ })).toHaveCount(racksOfRow);
  await expect(page.getByRole("heading", { name: "Row B · 20 racks" })).toBeVisible();
  await expect(device(page, "b01-srv-01", "B01")).toBeVisible();
});
