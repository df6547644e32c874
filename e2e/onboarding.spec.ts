// Hardware comes, on the real stack and in a site of its own: what publishes unknown is found, adopted in the page and live there; then it has
// an account of its own at the broker, which may do nothing else, is renewed and taken away.
import { spawnSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { addUser, publish, reading, type SignedIn, signedIn, signInAs, test } from "./support";

const site = "onboarding";
const secret = "the onboarding site's password";
const topicOf = (name: string) => `dc/${site}/room-1/rack-A01/${name}`;

let admin: SignedIn;

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Onboarding site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [{ code: "room-1", name: "Room 1", racks: [{ name: "A01", height_u: 42, devices: [] }] }],
  });
  addUser("manager@onboarding.test", secret, "site-manager", site);
});

test.afterAll(() => admin.api.dispose());

async function openDataQuality(page: Page) {
  await signInAs(page, "manager@onboarding.test", secret);
  await page.goto(`/data-quality/?site=${site}`);
}

/** Publishes until the page has it: what is published while the server learns of a site is nobody's. */
async function discovered(page: Page, topic: string, payload: string) {
  const row = page.getByRole("row").filter({ hasText: topic });
  await expect(async () => {
    publish(topic, payload);
    await page.reload();
    await expect(row).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 40_000 });
  return row;
}

type Account = { username: string; password: string };

/** What the broker answers, in MQTT 5: an older client is not told that it may not publish. */
function publishAs({ username, password }: Account, topic: string, payload: string) {
  const { hostname, port } = new URL(process.env.E2E_DCIM_MQTT_DEVICE_URL ?? "");
  const where = ["-h", hostname, "-p", port, "-u", username, "-P", password, "-V", "mqttv5", "-q", "1"];
  const { status, stdout, stderr } = spawnSync("mosquitto_pub", [...where, "-t", topic, "-m", payload], {
    encoding: "utf8",
  });
  return { status, said: `${stdout}${stderr}` };
}

/** Drawers that no address opens: accessibility.spec.ts does not see them. */
async function expectAccessible(page: Page) {
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

const accountIn = (where: Locator) => where.getByRole("region", { name: "Account at the broker" });

async function shownAccount(where: Locator): Promise<Account> {
  const [username, password] = await Promise.all(
    ["username", "password"].map((each) => accountIn(where).getByTestId(`account-${each}`).innerText()),
  );
  return { username: username ?? "", password: password ?? "" };
}

test("what publishes unknown is found with its payload, adopted as it was guessed, and is live on the page", async ({
  page,
}) => {
  await openDataQuality(page);
  const topic = topicOf("temperature");
  const row = await discovered(page, topic, reading(21.5, "°C"));
  await expect(row).toContainText('"value":21.5');
  await row.getByRole("button", { name: `Adopt ${topic}` }).click();
  const drawer = page.getByRole("dialog", { name: "Adopt a topic" });
  await expect(drawer.getByLabel("Name", { exact: true })).toHaveValue("A01 temperature");
  await expect(drawer.getByLabel("Role")).toHaveValue("temperature-sensor");
  await expect(drawer.getByLabel("Rack").locator("option:checked")).toHaveText("A01");
  await expect(drawer.getByLabel("Kind of /value")).toHaveValue("inlet-temperature");
  await expect(drawer.getByLabel("Unit of /value")).toHaveValue("°C");
  await drawer.getByLabel("Name", { exact: true }).fill("A01 probe");
  await drawer.getByRole("button", { name: "Adopt 1 sensor" }).click();
  await expect(drawer.getByText(/^It belongs to A01 probe now/)).toBeVisible();

  // Nobody asks for the page anew: the value comes by itself.
  const value = drawer.getByRole("region", { name: "A01 probe" }).getByRole("row", { name: /temperature/i });
  await expect(value).toContainText("never reported");
  for (const celsius of [22.4, 23.9]) {
    publish(topic, reading(celsius, "°C"));
    await expect(value).toContainText(`${celsius} °C`);
  }
  await drawer.getByRole("link", { name: "Open the device" }).click();
  const device = page.getByRole("dialog", { name: "A01 probe" });
  await device.getByRole("tab", { name: "Sensors" }).click();
  await expect(device.getByText("23.9 °C")).toBeVisible();

  // What is adopted is no longer unknown.
  await page.goto(`/data-quality/?site=${site}`);
  await expect(page.getByText("No unknown topics")).toBeVisible();
});

test("a device's account publishes on its own topic alone, is renewed, and is taken away", async ({ page }) => {
  await openDataQuality(page);
  const topic = topicOf("humidity");
  const row = await discovered(page, topic, reading(41, "%RH"));
  await row.getByRole("button", { name: `Adopt ${topic}` }).click();
  const drawer = page.getByRole("dialog", { name: "Adopt a topic" });
  await drawer.getByRole("button", { name: "Adopt 1 sensor" }).click();
  await expect(drawer.getByText(/^It belongs to A01 humidity now/)).toBeVisible();
  const value = drawer.getByRole("region", { name: "A01 humidity" }).getByRole("row", { name: /humidity/i });

  await accountIn(drawer).getByRole("button", { name: "Issue an account" }).click();
  await expect(accountIn(drawer)).toContainText(`${topic}/#`);
  const first = await shownAccount(drawer);
  await expectAccessible(page);
  expect(first.username).toMatch(/^device-\d+$/);
  expect(publishAs(first, topic, reading(43, "%RH"))).toMatchObject({ status: 0, said: "" });
  await expect(value).toContainText("43 %RH");
  for (const other of [topicOf("temperature"), topicOf("humidity2"), "dc/demo/room-1/rack-A01/temperature"]) {
    expect(publishAs(first, other, reading(99, "%RH")).said, other).toMatch(/not authori[sz]ed/i);
  }

  // Another browser, later: the password is shown no more, and a new one makes the old one worthless.
  await page.goto(`/inventory/?site=${site}&q=A01 humidity`);
  await page.getByRole("row").filter({ hasText: "A01 humidity" }).click();
  const device = page.getByRole("dialog", { name: "A01 humidity" });
  await device.getByRole("tab", { name: "Sensors" }).click();
  await expect(accountIn(device)).toContainText(first.username);
  await expect(device.getByText(first.password)).toHaveCount(0);
  await accountIn(device).getByRole("button", { name: "New password" }).click();
  await page
    .getByRole("dialog", { name: /^New password/ })
    .getByRole("button", { name: "Issue it" })
    .click();
  await expect(accountIn(device).getByTestId("account-password")).toBeVisible();
  const second = await shownAccount(device);
  expect(second.username).toBe(first.username);
  expect(second.password).not.toBe(first.password);
  expect(publishAs(first, topic, reading(98, "%RH")).said).toMatch(/not authori[sz]ed/i);
  expect(publishAs(second, topic, reading(45, "%RH"))).toMatchObject({ status: 0, said: "" });
  await expect(device.getByText("45 %RH")).toBeVisible();

  await accountIn(device).getByRole("button", { name: "Revoke" }).click();
  await page
    .getByRole("dialog", { name: /^Revoke/ })
    .getByRole("button", { name: "Revoke" })
    .click();
  await expect(accountIn(device).getByRole("button", { name: "Issue an account" })).toBeVisible();
  expect(publishAs(second, topic, reading(97, "%RH")).said).toMatch(/not authori[sz]ed/i);
  await expect(device.getByText("45 %RH")).toBeVisible();
});

test("what is wrong with an adoption stands beside its field, and nothing is adopted", async ({ page }) => {
  await openDataQuality(page);
  const topic = topicOf("rear-door");
  const payload = JSON.stringify({ ts: new Date().toISOString(), exhaust_temperature: 31.5, door_open: 0 });
  const row = await discovered(page, topic, payload);
  await row.getByRole("button", { name: `Adopt ${topic}` }).click();
  const drawer = page.getByRole("dialog", { name: "Adopt a topic" });
  await expect(drawer.getByLabel("Kind of /exhaust_temperature")).toHaveValue("outlet-temperature");
  await drawer.getByLabel("Kind of /door_open").fill("Door Open");
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Adopt 2 sensors" }).click();
  await expect(drawer.getByRole("alert")).toBeVisible();
  await expect(drawer.getByLabel("Kind of /door_open")).toHaveAttribute("aria-invalid", "true");
  await drawer.getByLabel("Make /door_open a sensor").uncheck();
  await drawer.getByRole("button", { name: "Adopt 1 sensor" }).click();
  await expect(drawer.getByText(/^It belongs to A01 rear door now/)).toBeVisible();
  await drawer.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row").filter({ hasText: topic })).toHaveCount(0);
});
