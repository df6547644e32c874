// Assets on the real stack, in a site of its own: devices are added, moved by drag and by keys, refused, changed from two browsers, and come and
// go as CSV; whatever was done is undone.
import { readFileSync, writeFileSync } from "node:fs";
import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { addUser, type SignedIn, signedIn, signInAs, test } from "./support";

const site = "assets";
const secret = "the assets' site password";
const racks = ["A01", "A02"];

let admin: SignedIn;
let typeId: number;

type Listed = { id: number; name: string; rack_id: number; position: { u: number } | null };

async function listed(name: string) {
  const { items } = await (await admin.api.get(`/api/devices?site=${site}&q=${name}`)).json();
  return (items as Listed[]).find((each) => each.name === name);
}

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Assets site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [
      {
        ...{ code: "room-1", name: "Room 1" },
        racks: racks.map((name) => ({ name, height_u: 42, rated_power_kw: 8, devices: [] })),
      },
    ],
  });
  const document = { manufacturer: "Nordwind", model: "E2E 2U", role: "server", height_u: 2, full_depth: true };
  const type = (await admin.post("/api/device-types", { ...document, power_typical_w: 400 })) as { id: number };
  typeId = type.id;
  const { items } = await (await admin.api.get(`/api/racks?site=${site}`)).json();
  const rack = (items as { id: number; name: string }[]).find(({ name }) => name === "A01");
  for (const [name, u] of [
    ["srv-17", 12],
    ["srv-18", 20],
  ]) {
    await admin.post(`/api/devices?site=${site}`, {
      ...{ name, device_type_id: typeId, rack_id: rack?.id, position: { mount: "rack", u } },
      serial: `SN-${name}`,
    });
  }
  addUser("manager@assets.test", secret, "site-manager", site);
});

test.afterAll(() => admin.api.dispose());

const signInHere = (page: Page) => signInAs(page, "manager@assets.test", secret);

async function openRack(page: Page, rack = "A01") {
  await page.goto(`/racks/?site=${site}&rack=room-1.${rack}`);
  await expect(page.getByRole("group", { name: `Rack ${rack}, front` })).toBeVisible();
}

const front = (page: Page, rack = "A01") => page.getByRole("group", { name: `Rack ${rack}, front` });
const device = (page: Page, name: string, rack = "A01") =>
  front(page, rack).getByRole("button", { name: new RegExp(`^${name},`) });

async function middleOf(cell: Locator) {
  await cell.scrollIntoViewIfNeeded();
  const box = await cell.boundingBox();
  if (!box) throw new Error("It is not on screen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, height: box.height };
}

/** By its lowest U onto another U; `look` while it is held there. */
async function drag(page: Page, what: Locator, onto: Locator, look: () => Promise<void>) {
  const from = await middleOf(what);
  const to = await middleOf(onto);
  await page.mouse.move(from.x, from.y + from.height / 2 - 4);
  await page.mouse.down();
  await page.mouse.move(from.x + 12, from.y - 12, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await look();
  await page.mouse.up();
}

test("a device is added into a free U, moved by drag, and its move is undone", async ({ page }) => {
  await signInHere(page);
  await openRack(page);
  await front(page).getByRole("button", { name: "U 5, front: free" }).click();
  await page.getByRole("button", { name: "Add a device" }).click();
  const drawer = page.getByRole("dialog", { name: "New device" });
  await drawer.getByLabel("Name").fill("srv-new");
  await drawer.getByLabel("Device type").selectOption({ label: "Nordwind E2E 2U · 2 U" });
  await drawer.getByLabel("Serial number").fill("SN-NEW");
  await drawer.getByRole("button", { name: "Create device" }).click();
  await expect(page.getByText("srv-new is added.")).toBeVisible();
  await expect(device(page, "srv-new")).toHaveAttribute("aria-label", /U 5 to 6, front and rear, ≈ 400 W/);

  await drag(
    page,
    device(page, "srv-new"),
    front(page).getByRole("button", { name: "U 30, front: free" }),
    async () => {
      await expect(page.getByTestId("verdict")).toContainText(/^Fits|^Space is free, but/);
    },
  );
  await expect(page.getByText(/^srv-new is now in A01, U 30 to 31/)).toBeVisible();
  await expect(device(page, "srv-new")).toHaveAttribute("aria-label", /U 30 to 31/);
  expect((await listed("srv-new"))?.position?.u).toBe(30);

  await page.getByRole("status").getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByText("It is undone.")).toBeVisible();
  await expect(device(page, "srv-new")).toHaveAttribute("aria-label", /U 5 to 6/);
  expect((await listed("srv-new"))?.position?.u).toBe(5);
});

test("an overlap is refused with the reason, by hand at once and by the server whoever asks", async ({ page }) => {
  await signInHere(page);
  await openRack(page);
  const reason = /U 12(?: to 13)? of rack A01, .*is taken by srv-17/;
  await drag(page, device(page, "srv-18"), device(page, "srv-17"), async () => {
    await expect(page.getByTestId("verdict")).toHaveText(reason);
  });
  await expect(page.getByText(/^Not moved: .*is taken by srv-17/)).toBeVisible();
  expect((await listed("srv-18"))?.position?.u).toBe(20);

  await device(page, "srv-18").click();
  const drawer = page.getByRole("dialog", { name: "srv-18" });
  await drawer.getByLabel("Lowest U").fill("13");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(drawer.getByTestId("position-problem")).toHaveText(/is taken by srv-17/);
  expect((await listed("srv-18"))?.position?.u).toBe(20);
});

test("by keys alone into the next rack of the row", async ({ page }) => {
  await signInHere(page);
  await page.goto(`/racks/?site=${site}&room=room-1`);
  await device(page, "srv-18").focus();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await expect(page.getByTestId("verdict")).toContainText(/^Fits|^Space is free, but/);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^srv-18 is now in A02, U 21 to 22/)).toBeVisible();
  await expect(device(page, "srv-18", "A02")).toBeFocused();
});

test("two browsers change the same device: the second is asked which one holds", async ({ page, browser }) => {
  await signInHere(page);
  const other = await secondBrowser(browser);
  for (const each of [page, other]) {
    await openRack(each);
    await device(each, "srv-17").click();
  }
  const drawer = (of: Page) => of.getByRole("dialog", { name: "srv-17" });
  await drawer(page).getByLabel("Owner").fill("Payments");
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("srv-17 is saved.")).toBeVisible();
  await drawer(other).getByLabel("Notes").fill("swap the left fan");
  await drawer(other).getByRole("button", { name: "Save" }).click();
  await other.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(other.getByText("srv-17 is saved.")).toBeVisible();
  // Each had changed another field: neither is lost.
  const found = await listed("srv-17");
  expect(found).toMatchObject({ owner: "Payments", notes: "swap the left fan" });
  await device(other, "srv-17").click();
  await drawer(other).getByRole("tab", { name: "History" }).click();
  await expect(drawer(other).getByTestId("history").getByRole("listitem").first()).toContainText("swap the left fan");
  await other.context().close();
});

async function secondBrowser(browser: Browser) {
  const context = await browser.newContext({ baseURL: process.env.DCIM_E2E_URL });
  const page = await context.newPage();
  await signInHere(page);
  return page;
}

async function exportCsv(page: Page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV", exact: true }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

async function chooseCsv(page: Page, name: string, text: string) {
  const path = test.info().outputPath(name);
  writeFileSync(path, text);
  await page.getByRole("button", { name: "Import CSV" }).click();
  const drawer = page.getByRole("dialog", { name: "Import devices" });
  await drawer.locator("input[type=file]").setInputFiles(path);
  return drawer;
}

test("what is exported comes in again as it is; three bad rows are named; an import is undone as one", async ({
  page,
}) => {
  await signInHere(page);
  await page.goto(`/inventory/?site=${site}`);
  await expect(page.getByTestId("inventory-count")).toHaveText("3 devices");
  const csv = await exportCsv(page);
  let drawer = await chooseCsv(page, "same.csv", csv);
  await expect(drawer.getByTestId("import-counts")).toHaveText(
    "3 rows: 0 would be created, 0 would be updated, 3 unchanged",
  );
  await expect(drawer.getByText("Nothing would change")).toBeVisible();
  await page.keyboard.press("Escape");

  const bad = [
    "name,role,rack,u,ip,status",
    "srv-30,server,A02,30,10.0.0.30,active",
    "srv-31,server,A02,31,10.0.0.300,active",
    "srv-32,server,Z99,32,,active",
    "srv-33,server,A02,33,,broken",
  ];
  drawer = await chooseCsv(page, "bad.csv", `${bad.join("\r\n")}\r\n`);
  const wrong = drawer.getByRole("region", { name: "Rows that are wrong" }).getByRole("row");
  await expect(wrong).toHaveCount(4);
  await expect(wrong.nth(1)).toContainText(/^3\s*ip/);
  await expect(wrong.nth(2)).toContainText(/^4\s*rack.*Z99/);
  await expect(wrong.nth(3)).toContainText(/^5\s*status/);
  await expect(drawer.getByRole("button", { name: /^Import \d+ rows/ })).toBeDisabled();
  await page.keyboard.press("Escape");

  const good = ["name,role,rack,u,ip,owner", "srv-30,server,A02,30,10.0.0.30,Web", "srv-17,server,A01,12,,Web"];
  drawer = await chooseCsv(page, "good.csv", `${good.join("\r\n")}\r\n`);
  await expect(drawer.getByTestId("import-counts")).toHaveText(
    "2 rows: 1 would be created, 1 would be updated, 0 unchanged",
  );
  await drawer.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(drawer.getByText("It is in the inventory, all of it.")).toBeVisible();
  expect(await listed("srv-17")).toMatchObject({ owner: "Web" });
  expect(await listed("srv-30")).toBeTruthy();

  await drawer.getByRole("button", { name: "Undo the import" }).click();
  await expect(drawer.getByText("The import is undone: all is as it was before.")).toBeVisible();
  expect(await listed("srv-30")).toBeUndefined();
  expect(await listed("srv-17")).toMatchObject({ owner: "Payments" });
  await drawer.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByTestId("inventory-count")).toHaveText("3 devices");
  expect(await exportCsv(page)).toContain("SN-srv-17");
});

test("an import is taken back as a whole from the history of one of its devices", async ({ page }) => {
  await signInHere(page);
  await page.goto(`/inventory/?site=${site}`);
  const lines = ["name,role,rack,u,owner", "srv-40,server,A02,36,Archive", "srv-17,server,A01,12,Archive"];
  const drawer = await chooseCsv(page, "history.csv", `${lines.join("\r\n")}\r\n`);
  await drawer.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(drawer.getByText("It is in the inventory, all of it.")).toBeVisible();
  await drawer.getByRole("button", { name: "Close" }).last().click();

  await page.getByRole("row").filter({ hasText: "srv-17" }).click();
  const device = page.getByRole("dialog", { name: "srv-17" });
  await device.getByRole("tab", { name: "History" }).click();
  const entries = device.getByTestId("history").locator("> li");
  await expect(entries.first()).toContainText(/owner\s*Payments\s*→\s*Archive/);
  await entries.first().getByRole("button", { name: "Undo all of this batch" }).click();
  await expect(page.getByText("It is undone.")).toBeVisible();
  // The undoing is a change as well, and the newest; what it undid cannot be undone again.
  await expect(entries.first()).toContainText(/owner\s*Archive\s*→\s*Payments/);
  await expect(entries.nth(1).getByRole("button")).toHaveCount(0);
  expect(await listed("srv-40")).toBeUndefined();
  expect(await listed("srv-17")).toMatchObject({ owner: "Payments" });
});

test("a serial is found by search, many are changed at once, and it is taken back", async ({ page }) => {
  await signInHere(page);
  await page.goto(`/inventory/?site=${site}`);
  await expect(page.getByTestId("inventory-count")).toHaveText("3 devices");
  await page.keyboard.press("/");
  await page.keyboard.type("SN-srv-18");
  await expect(page.getByTestId("inventory-count")).toHaveText("1 device");
  await expect(page).toHaveURL(/q=SN-srv-18/);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByLabel("Choose all that are listed").check();
  await page.getByRole("button", { name: "Edit or remove …" }).click();
  const drawer = page.getByRole("dialog", { name: "Edit 3 devices" });
  await drawer.getByLabel("Status").check();
  await drawer.getByLabel("New value of Status").selectOption("offline");
  await drawer.getByRole("button", { name: "Change 3 devices" }).click();
  await expect(page.getByText("3 devices changed.")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "offline" })).toHaveCount(3);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("row").filter({ hasText: "offline" })).toHaveCount(0);
});
