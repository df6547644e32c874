// The alarms' whole way: the real bot at 60 times the speed, the real broker, engine, database and stream, and what an operator sees and does.
// A site of its own with rules without delays (delays are in real time, whatever the speed of the bot).
import { type ChildProcess, spawn } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import { addUser, bot, fillLogin, publish, reading, type SignedIn, scenario, signedIn, test } from "./support";

const site = "script";
const secret = "the scripted site's password";
const racks = ["A01", "A02", "A03", "A04"];
const topic = (rack: string) => `dc/${site}/room-1/rack-${rack}/temperature`;

let admin: SignedIn;
let climate: ChildProcess;

const levels = [
  { when: "above", limit: 28, severity: "minor" },
  { when: "above", limit: 32, severity: "critical" },
];

test.beforeAll(async () => {
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const sensors = [{ name: "inlet temperature", kind: "inlet-temperature", unit: "°C" }];
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Scripted site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [
      {
        ...{ code: "room-1", name: "Room 1" },
        racks: racks.map((name) => ({
          ...{ name, height_u: 42, rated_power_kw: 8 },
          devices: [
            { name: `${name} climate`, type: "temperature-sensor", topic: topic(name), interval_s: 30, sensors },
          ],
        })),
      },
    ],
  });
  const here = { scope: { site }, on_delay_s: 0, off_delay_s: 0 };
  const rule = { name: "Scripted inlet", type: "limits", kind: "inlet-temperature", levels, dead_band: 1, ...here };
  await admin.post(`/api/alarm-rules?site=${site}`, rule);
  // Racks without a bot are silent on purpose.
  const silent = { name: "Silence is fine", type: "no-data", kind: "*", enabled: false, ...here };
  const quiet = { ...silent, levels: [{ when: "silent", limit: 3, severity: "minor" }] };
  await admin.post(`/api/alarm-rules?site=${site}`, quiet);
  addUser("operator@script.test", secret, "operator", site);
  addUser("manager@script.test", secret, "site-manager", site);
  climate = spawn(...bot("temperature", "--site", site, "--room", "room-1", "--rack", "A01", "--speed", "60"));
});

test.afterAll(async () => {
  const ended = new Promise((done) => climate.on("exit", done));
  climate.kill("SIGTERM");
  await ended;
  await admin.api.dispose();
});

const row = (page: Page, rack: string) => page.getByRole("row").filter({ hasText: rack });

async function signInHere(page: Page, role = "operator") {
  await page.goto("/login/");
  await fillLogin(page, `${role}@script.test`, secret);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
}

async function openAlarms(page: Page, path = "/alarms/") {
  await page.goto(`${path}?site=${site}`);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
}

/** When, by the browser's clock, the badge first said each severity. */
function watchBadge(page: Page) {
  return page.evaluate(() => {
    const seen: Record<string, number> = {};
    const badge = document.querySelector("[data-testid=alarm-badge]") as HTMLElement;
    const look = () => {
      const worst = /the worst (critical|major|minor|info)/.exec(badge.textContent ?? "")?.[1];
      if (worst) seen[worst] ??= Date.now();
    };
    new MutationObserver(look).observe(badge, { childList: true, characterData: true, subtree: true });
    Object.assign(window, { seenSeverities: seen });
  });
}

type Change = { change: string; severity: string; ts: string; actor: string | null; note: string | null };

async function journalOf(page: Page, state: string) {
  const list = await (await page.request.get(`/api/alarms?site=${site}&state=${state}&search=A01`)).json();
  const id = list.items[0].id as number;
  const detail = await (await page.request.get(`/api/alarms/${id}?site=${site}`)).json();
  return { id, journal: detail.journal as Change[] };
}

test("cooling fails on A01: warning at 28 °C, critical at 32 °C, at once on every page; acknowledged; over, it resolves", async ({
  page,
  context,
}) => {
  test.setTimeout(150_000);
  await signInHere(page);
  await openAlarms(page);
  await expect(page.getByText("No open alarms")).toBeVisible();
  const overview = await context.newPage();
  await overview.goto(`/?site=${site}`);
  await expect(overview.getByText("No open alarms")).toBeVisible();
  await watchBadge(page);

  scenario("COOLING_FAILURE", "--site", site, "--rack", "A01");
  await expect(row(page, "A01")).toContainText("Minor", { timeout: 40_000 });
  await expect(row(page, "A01")).toContainText("above 28.0 °C");
  await expect(page.getByTestId("alarm-badge")).toContainText("1 unacknowledged alarm, the worst minor");
  await expect(page).toHaveTitle(/^\(1\) /);
  await expect(row(page, "A01")).toContainText("Critical", { timeout: 40_000 });
  await expect(row(page, "A01")).toContainText("above 32.0 °C");
  await expect(overview.getByTestId("alarm-feed")).toContainText("Critical");
  await expect(overview.getByTestId("room-room-1")).toContainText("Critical");
  await expect(overview).toHaveTitle(/^\(1\) /);

  const { journal } = await journalOf(page, "active");
  const seen = await page.evaluate(
    () => (window as unknown as { seenSeverities: Record<string, number> }).seenSeverities,
  );
  const at = (change: string) => Date.parse(journal.find((each) => each.change === change)?.ts ?? "");
  const delays = { minor: (seen.minor ?? 0) - at("raised"), critical: (seen.critical ?? 0) - at("severity-raised") };
  console.log(`from the reading to the badge: ${delays.minor} ms (minor), ${delays.critical} ms (critical)`);
  for (const delay of Object.values(delays)) {
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(1000);
  }

  await page.keyboard.press("j");
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Acknowledge" });
  await dialog.getByLabel("Note").fill("on my way");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 alarm acknowledged.")).toBeVisible();
  await expect(row(page, "A01")).toContainText("Acknowledged");
  await expect(page.getByTestId("alarm-badge")).toContainText("No alarm waits");
  await expect(page).not.toHaveTitle(/^\(/);

  scenario("stop", "COOLING_FAILURE", "--site", site, "--rack", "A01");
  await expect(row(page, "A01")).toContainText("Resolved", { timeout: 40_000 });
  await expect(page.getByTestId("arrivals")).toContainText("1 no longer in this list");
  await expect(overview.getByText("No open alarms")).toBeVisible();

  const over = await journalOf(page, "resolved");
  expect(over.journal.map(({ change }) => change)).toEqual(
    expect.arrayContaining(["raised", "severity-raised", "acknowledged", "cleared", "resolved"]),
  );
  await page.goto(`/alarms/history/?site=${site}&alarm=${over.id}`);
  const drawer = page.getByRole("dialog", { name: "Scripted inlet" });
  await expect(drawer.getByTestId("journal-acknowledged")).toContainText("on my way");
  await expect(drawer.getByRole("img", { name: /inlet temperature: \d+ readings/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row(page, "A01")).toContainText("Resolved");
});

test("what comes waits behind the pill, and of two who acknowledge the second is told", async ({ page }) => {
  await signInHere(page);
  publish(topic("A02"), reading(29, "°C"));
  await openAlarms(page);
  await expect(row(page, "A02")).toContainText("Minor");
  publish(topic("A03"), reading(33, "°C"));
  await expect(page.getByTestId("arrivals")).toHaveText("1 new, critical");
  await expect(row(page, "A03")).toHaveCount(0);
  await page.getByTestId("arrivals").click();
  await expect(row(page, "A03")).toContainText("Critical");

  await row(page, "A02").getByRole("checkbox").click();
  await row(page, "A03").getByRole("checkbox").click();
  await page.getByRole("button", { name: "Acknowledge 2" }).click();
  const list = await (await page.request.get(`/api/alarms?site=${site}&search=A03`)).json();
  await admin.post(`/api/alarms/acknowledge?site=${site}`, { ids: [list.items[0].id] });
  await page.getByRole("dialog", { name: "Acknowledge" }).getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByText(/1 alarm acknowledged\. One had already been acknowledged by .+\./)).toBeVisible();

  for (const rack of ["A02", "A03"]) publish(topic(rack), reading(24, "°C"));
  for (const rack of ["A02", "A03"]) await expect(row(page, rack)).toContainText("Resolved");
});

test("a cleared alarm that nobody has acknowledged stays, and a note is kept", async ({ page }) => {
  await signInHere(page);
  publish(topic("A04"), reading(30, "°C"));
  publish(topic("A04"), reading(25, "°C", new Date(Date.now() + 20)));
  await openAlarms(page);
  await expect(row(page, "A04")).toContainText("Cleared");
  await row(page, "A04").click();
  await expect(page).toHaveURL(/alarm=\d+/);
  const drawer = page.getByRole("dialog", { name: "Scripted inlet" });
  await drawer.getByLabel("Add a note").fill("a short peak");
  await drawer.getByRole("button", { name: "Add note" }).click();
  await expect(drawer.getByTestId("journal-noted")).toContainText("a short peak");
  await page.goBack();
  await expect(drawer).toHaveCount(0);
  await page.getByLabel("Search alarms").fill("a short peak");
  await expect(page).toHaveURL(/q=a\+short\+peak/);
  await expect(row(page, "A04")).toContainText("Cleared");
  await page.getByRole("checkbox", { name: /Choose minor/ }).click();
  await page.getByRole("button", { name: "Acknowledge 1" }).click();
  await page.keyboard.press("Enter");
  await expect(row(page, "A04")).toContainText("Resolved");
});

test("a rule is tested on history, saved, refused when somebody was faster, and holds at once", async ({ page }) => {
  await signInHere(page, "manager");
  await openAlarms(page, "/alarms/rules/");
  await page.getByLabel("Filter rules").fill("Scripted"); // of many only those in view are drawn
  await page.getByRole("row").filter({ hasText: "Scripted inlet" }).click();
  const drawer = page.getByRole("dialog", { name: "Scripted inlet" });
  await drawer.getByRole("button", { name: "Test", exact: true }).click();
  await expect(drawer.getByTestId("rule-test-result")).toContainText(/It would have fired \d+ times? in 7 days/);
  await drawer.getByLabel("Level 1, limit").fill("warm");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(drawer.getByText("A number is needed.")).toBeVisible();
  await drawer.getByLabel("Level 1, limit").fill("26");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("“Scripted inlet” is saved")).toBeVisible();
  publish(topic("A02"), reading(27, "°C"));
  await expect(page.getByTestId("alarm-badge")).toContainText("1 unacknowledged alarm");
  publish(topic("A02"), reading(24, "°C"));
});
