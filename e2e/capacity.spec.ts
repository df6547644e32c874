// Capacity on the real stack, in a site of its own: what is over says so, a place is found, kept by a click, seen in its rack and given back.
import { expect, type Page } from "@playwright/test";
import { addUser, type SignedIn, signedIn, signInAs, test } from "./support";

const site = "capacity";
const secret = "the capacity site's password";

let admin: SignedIn;

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Capacity site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [
      {
        ...{ code: "room-1", name: "Room 1" },
        racks: ["A01", "A02"].map((name) => ({ name, height_u: 42, rated_power_kw: 1, devices: [] })),
      },
    ],
  });
  const { items } = await (await admin.api.get(`/api/racks?site=${site}`)).json();
  const rack = (items as { id: number; name: string }[]).find(({ name }) => name === "A01");
  const type = { manufacturer: "Nordwind", model: "E2E 4U", role: "server", height_u: 4, power_typical_w: 700 };
  const { id } = (await admin.post("/api/device-types", type)) as { id: number };
  for (const [name, u] of [
    ["big-1", 1],
    ["big-2", 5],
  ]) {
    const position = { mount: "rack", u };
    await admin.post(`/api/devices?site=${site}`, { name, device_type_id: id, rack_id: rack?.id, position });
  }
  addUser("manager@capacity.test", secret, "site-manager", site);
});

test.afterAll(() => admin.api.dispose());

async function openCapacity(page: Page) {
  await signInAs(page, "manager@capacity.test", secret);
  await page.goto(`/capacity/?site=${site}`);
  await expect(page.getByRole("table", { name: "Capacity of racks, rows and rooms" })).toBeVisible();
}

test("what is over its limit says so, alone when that is asked for", async ({ page }) => {
  await openCapacity(page);
  await page.getByLabel("Over capacity only").click(); // it is checked when the address says so
  await expect(page.getByLabel("Over capacity only")).toBeChecked();
  const rows = page.getByRole("table", { name: "Capacity of racks, rows and rooms" }).getByRole("row");
  await expect(
    rows.filter({ hasText: "A01" }).getByRole("img", { name: /^Power: 1\.40 .* over capacity/ }),
  ).toBeVisible();
  await expect(rows.filter({ hasText: "A02" })).toHaveCount(0);
  await expect(page).toHaveURL(/over=1/);
});

test("a place is found with its reasons, kept by a click, seen in the rack, and given back", async ({ page }) => {
  await openCapacity(page);
  await page.getByRole("button", { name: "Where does it fit?" }).click();
  const drawer = page.getByRole("dialog", { name: "Where does it fit?" });
  await drawer.getByLabel("Height, U").fill("2");
  await drawer.getByLabel("Power of one, W").fill("300");
  await drawer.getByRole("button", { name: "Find places" }).click();
  const place = drawer.getByTestId("fit-place").first();
  await expect(place.getByRole("link", { name: "A02" })).toBeVisible();
  await drawer.getByText(/racks? where it does not fit/).click();
  await expect(drawer.getByText("A01", { exact: true })).toBeVisible();
  await place.getByRole("button", { name: "Reserve" }).click();
  await place.getByLabel("For whom").fill("Payments");
  await place.getByRole("button", { name: "Reserve this place" }).click();
  await expect(page.getByText("Reserved for Payments in A02.")).toBeVisible();
  const rack = await page.context().newPage();
  await rack.goto(`/racks/?site=${site}&rack=room-1.A02`);
  const kept = rack
    .getByRole("group", { name: "Rack A02, front" })
    .getByRole("button", { name: /reserved for Payments/ });
  await expect(kept).toBeVisible();
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("It is undone.")).toBeVisible();
  await expect(kept).toHaveCount(0);
});
