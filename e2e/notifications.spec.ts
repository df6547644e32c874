// Who is told: channels, routes and the outbox on the real stack, with a real mail server and a webhook's receiver of its own.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page } from "@playwright/test";
import { addUser, fillLogin, publish, reading, type SignedIn, signedIn, test } from "./support";

const site = "tell";
const secret = "the told site's password";
const hookSecret = "sixteen characters or more";
const topic = `dc/${site}/room-1/rack-T01/temperature`;

type Request = { headers: IncomingHttpHeaders; body: string };
type Mail = { subject: string; to: string[]; tls: boolean; authenticated: boolean; text: string; html: string };

let admin: SignedIn;
let receiver: Server;
let hook: string;
let answer = 200;
const requests: Request[] = [];

const mails = () =>
  readFileSync(process.env.E2E_MAILS ?? "", "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Mail);
const mailsTo = (address: string) => mails().filter(({ to }) => to.includes(address));

test.beforeAll(async () => {
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      requests.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alarms`;
  admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const sensors = [{ name: "inlet temperature", kind: "inlet-temperature", unit: "°C" }];
  const devices = [{ name: "T01 climate", type: "temperature-sensor", topic, interval_s: 30, sensors }];
  await admin.post("/api/sites/import", {
    site: { code: site, name: "Told site", time_zone: "Europe/Berlin", simulated: true },
    rooms: [{ code: "room-1", name: "Room 1", racks: [{ name: "T01", height_u: 42, devices }] }],
  });
  const here = { scope: { site }, on_delay_s: 0, off_delay_s: 0 };
  const levels = [{ when: "above", limit: 28, severity: "major" }];
  const hot = { name: "Told inlet", type: "limits", kind: "inlet-temperature", levels, dead_band: 1, ...here };
  await admin.post(`/api/alarm-rules?site=${site}`, hot);
  const silent = { name: "Silence is fine", type: "no-data", kind: "*", enabled: false, ...here };
  const quiet = { ...silent, levels: [{ when: "silent", limit: 3, severity: "minor" }] };
  await admin.post(`/api/alarm-rules?site=${site}`, quiet);
  addUser("manager@tell.test", secret, "site-manager", site);
});

test.afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
  await admin.api.dispose();
});

async function openPage(page: Page) {
  await page.goto("/login/");
  await fillLogin(page, "manager@tell.test", secret);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
  await page.goto(`/notifications/?site=${site}`);
  await expect(page.getByRole("button", { name: "New channel" })).toBeVisible();
}

async function create(
  page: Page,
  what: "channel" | "route",
  fill: (dialog: ReturnType<Page["getByRole"]>) => Promise<void>,
) {
  await page.getByRole("button", { name: `New ${what}` }).click();
  const dialog = page.getByRole("dialog", { name: `New ${what}` });
  await fill(dialog);
  await dialog.getByRole("button", { name: `Create ${what}` }).click();
  await expect(dialog).toHaveCount(0);
}

const rowOf = (page: Page, section: string, name: string) =>
  page.getByRole("region", { name: section, exact: true }).getByRole("row").filter({ hasText: name });

test("a channel by e-mail and one by webhook, each tried before it is needed; what goes wrong is said", async ({
  page,
}) => {
  await openPage(page);
  await create(page, "channel", async (dialog) => {
    await dialog.getByLabel("Name").fill("On call");
    await dialog.getByLabel("Addresses").fill("oncall@example.test");
  });
  const mail = rowOf(page, "Channels", "On call");
  await mail.getByRole("button", { name: "Send a test" }).click();
  await expect(mail.getByRole("status")).toContainText("Delivered");
  const [tried] = mailsTo("oncall@example.test");
  expect(tried).toMatchObject({ tls: true, authenticated: true });
  expect(tried?.subject).toContain("On call");

  await create(page, "channel", async (dialog) => {
    await dialog.getByLabel("Name").fill("Nobody");
    await dialog.getByLabel("Addresses").fill("refused@example.test");
  });
  const nobody = rowOf(page, "Channels", "Nobody");
  await nobody.getByRole("button", { name: "Send a test" }).click();
  await expect(nobody.getByRole("status")).toContainText(/Not delivered: .*550/);

  await create(page, "channel", async (dialog) => {
    await dialog.getByLabel("Name").fill("Hook");
    await dialog.getByLabel("Type").selectOption("webhook");
    await dialog.getByLabel("Address").fill(hook);
    await dialog.getByLabel("Secret").fill(hookSecret);
  });
  const toHook = rowOf(page, "Channels", "Hook");
  await expect(toHook).toContainText("(signed)");
  await toHook.getByRole("button", { name: "Send a test" }).click();
  await expect(toHook.getByRole("status")).toContainText("Delivered");
  expect(requests.at(-1)?.headers["x-dcim-kind"]).toBe("test");
  answer = 500;
  await toHook.getByRole("button", { name: "Send a test" }).click();
  await expect(toHook.getByRole("status")).toContainText(/Not delivered: .*500/);
  answer = 200;
});

test("a hot reading is told by mail and by a signed webhook, and that it is over as well", async ({ page }) => {
  await openPage(page);
  for (const [name, channel] of [
    ["By mail", "On call"],
    ["By hook", "Hook"],
  ] as const) {
    await create(page, "route", async (dialog) => {
      await dialog.getByLabel("Name").fill(name);
      await dialog.getByLabel("To channel").selectOption({ label: channel });
    });
  }
  await expect(rowOf(page, "Routes", "By hook")).toContainText("at once, and when it clears");
  const before = { mails: mailsTo("oncall@example.test").length, requests: requests.length };
  publish(topic, reading(31, "°C"));
  await expect.poll(() => mailsTo("oncall@example.test").length, { timeout: 20_000 }).toBe(before.mails + 1);
  await expect.poll(() => requests.length, { timeout: 20_000 }).toBe(before.requests + 1);
  const told = mailsTo("oncall@example.test").at(-1);
  expect(told?.subject).toBe("[MAJOR] Told site: T01, Told inlet, 31 °C, above 28 °C");
  expect(told?.text).toContain("Room 1 › T01");
  expect(told?.html).toContain("Told inlet");
  const { headers, body } = requests.at(-1) as Request;
  expect(headers["x-dcim-kind"]).toBe("raised");
  expect(headers["x-dcim-signature"]).toBe(`sha256=${createHmac("sha256", hookSecret).update(body).digest("hex")}`);
  expect(JSON.parse(body)).toMatchObject({
    kind: "raised",
    total: 1,
    channel: "Hook",
    alarms: [{ alarm: { value: 31 } }],
  });

  publish(topic, reading(22, "°C"));
  await expect.poll(() => requests.at(-1)?.headers["x-dcim-kind"], { timeout: 20_000 }).toBe("cleared");
  await expect(rowOf(page, "Outbox", "[CLEARED]").first()).toContainText("Sent", { timeout: 20_000 });
  await expect(rowOf(page, "Outbox", "[MAJOR] Told site")).toHaveCount(2);
});

test("what cannot be delivered waits, is set aside after a day, and is tried again on demand", async ({ page }) => {
  await openPage(page);
  answer = 503;
  publish(topic, reading(33, "°C"));
  const failing = rowOf(page, "Outbox", "33 °C").filter({ hasText: "Hook" });
  await expect(failing).toContainText("Waiting", { timeout: 20_000 });
  await expect(failing).toContainText("503", { timeout: 20_000 });
  // A day goes by.
  const day = "UPDATE notifications SET give_up_at = now() - interval '1 s', due_at = now() WHERE state = 'pending'";
  execFileSync("psql", [process.env.E2E_DCIM_DATABASE_URL ?? "", "-qc", day]);
  await expect(failing).toContainText("Not delivered", { timeout: 30_000 });
  await page.getByRole("button", { name: "Not delivered", exact: true }).click();
  await expect(page).toHaveURL(/state=dead/);
  answer = 200;
  await failing.getByRole("button", { name: "Try again" }).click();
  await expect(failing).toHaveCount(0, { timeout: 20_000 });
  await page.getByRole("button", { name: "Sent", exact: true }).click();
  await expect(failing).toContainText("Sent", { timeout: 20_000 });
  expect(requests.at(-1)?.body).toContain('"value":33');
  publish(topic, reading(22, "°C"));
});

test("what is unsaved is asked for, and what somebody else saved meanwhile is a choice", async ({ page }) => {
  await openPage(page);
  const open = async () => {
    await page.getByRole("button", { name: "On call" }).click();
    return page.getByRole("dialog", { name: "On call" });
  };
  const drawer = await open();
  await drawer.getByLabel("Addresses").fill("mine@example.test");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Go on editing" }).click();
  await expect(drawer.getByLabel("Addresses")).toHaveValue("mine@example.test");

  const { items } = await (await admin.api.get(`/api/notification-channels?site=${site}`)).json();
  const { id, version } = items.find((each: { name: string }) => each.name === "On call");
  const theirs = { name: "On call", type: "email", addresses: ["theirs@example.test"] };
  const saveTheirs = async (over: number) => {
    const headers = { "X-CSRF-Token": admin.token, "If-Match": `"${over}"` };
    const saved = await admin.api.put(`/api/notification-channels/${id}?site=${site}`, { data: theirs, headers });
    expect(saved.status(), await saved.text()).toBe(200);
  };
  await saveTheirs(version);
  await drawer.getByRole("button", { name: "Save" }).click();
  const choice = page.getByRole("dialog", { name: "Somebody else has saved this channel" });
  await expect(choice).toContainText(`It is now in version ${version + 1}; you edited version ${version}.`);
  await choice.getByRole("button", { name: "Take theirs, discard mine" }).click();
  await expect(drawer.getByLabel("Addresses")).toHaveValue("theirs@example.test");

  await drawer.getByLabel("Addresses").fill("mine@example.test");
  await saveTheirs(version + 1);
  await drawer.getByRole("button", { name: "Save" }).click();
  await choice.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page.getByText("The channel is saved.")).toBeVisible();
  await expect(rowOf(page, "Channels", "On call")).toContainText("mine@example.test");

  await (await open()).getByLabel("Name").fill("Somebody else");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(rowOf(page, "Channels", "On call")).toHaveCount(1);
});
