// What specs share: signing in, and publishing as a device does.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { type APIRequestContext, test as base, expect, type Page, request as requests } from "@playwright/test";

const password = "dcim-demo";

/** Any error on the console, or any request that leaves this machine, fails the test. */
export const test = base.extend<{ quiet: undefined }>({
  baseURL: async ({ browserName: _ }, use) => use(process.env.DCIM_E2E_URL),
  quiet: [
    async ({ page, baseURL }, use) => {
      const problems: string[] = [];
      page.on("console", (message) => {
        // A browser reports answers of 4xx here, too; those a test asks for on purpose.
        if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        if (!request.url().startsWith(baseURL ?? "") && /^https?:/.test(request.url())) problems.push(request.url());
      });
      await use(undefined);
      expect(problems.filter((text) => !text.includes("WebSocket"))).toEqual([]);
    },
    { auto: true },
  ],
});

export async function fillLogin(page: Page, email: string, secret = password) {
  await expect(page.locator("html[data-hydrated=true]")).toBeAttached();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function signIn(page: Page, role = "operator") {
  await signInAs(page, `${role}@demo.test`, password);
}

export async function signInAs(page: Page, email: string, secret: string) {
  await page.goto("/login/");
  await fillLogin(page, email, secret);
  await expect(page.getByTestId("live-indicator")).toHaveText("Live");
}

export type SignedIn = {
  api: APIRequestContext;
  token: string;
  post: (path: string, data: unknown) => Promise<unknown>;
};

/** Without a page: what a spec sets up, or what somebody else does meanwhile. */
export async function signedIn(baseURL: string | undefined, role: string): Promise<SignedIn> {
  const api = await requests.newContext({ baseURL });
  const session = await (await api.post("/api/auth/login", { data: { email: `${role}@demo.test`, password } })).json();
  const token = session.csrf_token as string;
  return {
    api,
    token,
    async post(path, data) {
      const answer = await api.post(path, { data, headers: { "X-CSRF-Token": token } });
      if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
      return await answer.json();
    },
  };
}

export function publish(topic: string, payload: string) {
  execFileSync("mosquitto_pub", ["-L", `${process.env.E2E_DCIM_MQTT_DEVICE_URL}/${topic}`, "-q", "1", "-m", payload]);
}

/** Runs while the rack's own bot is silent, so that it does not speak in between. */
export async function withSilentBot(rack: string, work: () => Promise<void>) {
  scenario("SENSOR_SILENT", "--rack", rack);
  try {
    await work();
  } finally {
    scenario("stop", "SENSOR_SILENT", "--rack", rack);
  }
}

export function addUser(email: string, secret: string, role: string, site: string) {
  const program = resolve(import.meta.dirname, "../build/dev/bin/dcim");
  execFileSync(program, ["user", "add", email, "--role", role, "--site", site, "--password-stdin"], {
    input: `${secret}\n`,
    env: { ...process.env, DCIM_DATABASE_URL: process.env.E2E_DCIM_DATABASE_URL },
  });
}

const simulator = resolve(import.meta.dirname, "../build/dev/bin/dcim-sim");
const broker = () => ["--mqtt", process.env.E2E_DCIM_SIM_MQTT_URL ?? ""];

export function scenario(...args: string[]) {
  execFileSync(simulator, ["scenario", ...args, ...broker()]);
}

/** Counts the CPU time of the page's main thread, in ms: unlike the time that passes it barely moves with what else the machine does. */
export async function mainThreadOf(page: Page) {
  const inspector = await page.context().newCDPSession(page);
  await inspector.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await inspector.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
}

type Spawned = [string, string[], { stdio: "ignore" }];
const spawned = (verb: string, args: string[]): Spawned => [
  simulator,
  [verb, ...args, ...broker()],
  { stdio: "ignore" },
];

/** One bot more, and a load, to be spawned. */
export const bot = (...args: string[]) => spawned("bot", args);
export const load = (...args: string[]) => spawned("load", args);

export function reading(value: number, unit: string, at = new Date()) {
  return JSON.stringify({ ts: at.toISOString(), value, unit });
}
