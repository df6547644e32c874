// Pictures of every page, both themes, three sizes, to be looked at: in build/screens, which CI keeps. `npm run screens` takes the README's as well.
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page } from "@playwright/test";
import { publish, reading, signedIn, signIn, test } from "./support";

const folder = resolve(import.meta.dirname, "../build/screens");
const readme = resolve(import.meta.dirname, "../docs/screens");
const sizes = { desktop: [1440, 900], tablet: [768, 1024], phone: [390, 844] } as const;
const pages = {
  overview: "/",
  wall: "/?kiosk=1",
  rack: "/?rack=A02",
  "rack-week": "/?rack=A02&range=7d&compare=week",
  environment: "/environment/",
  "data-quality": "/data-quality/",
  audit: "/audit/",
  plan: "/floor-plan/?room=room-1&select=A07",
  "plan-rack": "/floor-plan/?room=room-1&rack=room-1.A07&range=1h",
  "plan-table": "/floor-plan/?room=room-2&layer=power&table=1",
  "plan-past": `/floor-plan/?room=room-1&at=${new Date(Date.now() - 3_600_000).toISOString()}`,
  power: "/power/",
  "power-explained": "/power/?explain=pue",
  ups: "/power/ups/",
  "power-racks": "/power/rack/",
  "power-rack": "/power/rack/?rack=room-1.A03",
  chain: "/power/chain/",
  "what-if": "/power/chain/?lost={ups}",
  elements: "/power/elements/",
  element: "/power/elements/?element={ups}",
  racks: "/racks/",
  "rack-faces": "/racks/?rack=room-1.A03",
  "rack-list": "/racks/?rack=room-1.A03&table=1",
  "rack-limits": "/racks/?rack=room-1.A03&limits=1",
  "rack-device": "/racks/?rack=room-1.A03&device=1",
  "rack-power": "/racks/?face=both&color=power",
  "rack-temperature": "/racks/?row=A1&color=temperature",
  inventory: "/inventory/",
  "inventory-search": "/inventory/?q=srv&sort=-power",
  "device-new": "/inventory/?device=new",
  types: "/inventory/types/",
  type: "/inventory/types/?type=1",
  capacity: "/capacity/",
  fit: "/capacity/?fit=1",
  alarms: "/alarms/",
  history: "/alarms/history/",
  rules: "/alarms/rules/",
  rule: "/alarms/rules/?rule=1",
  notifications: "/notifications/",
  channel: "/notifications/?channel={channel}",
  route: "/notifications/?route=new",
};
let channel = 0;
let ups = 0;

// Somebody is told, and somebody cannot be reached.
test.beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  const admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const channels = [
    { name: "On call", type: "email", addresses: ["oncall@example.test", "second-line@example.test"] },
    { name: "Chat", type: "webhook", url: "http://127.0.0.1:9/hooks/alarms", secret: "sixteen characters or more" },
  ];
  for (const [at, each] of channels.entries()) {
    const { id } = (await admin.post("/api/notification-channels?site=demo", each)) as { id: number };
    channel = id;
    const later = at === 0 ? {} : { after_min: 15, repeat_min: 30, systems: ["cooling", "power"] };
    for (const more of at === 0 ? [{}] : [later, {}]) {
      const name = `${each.name}${"after_min" in more ? ", second line" : ""}`;
      await admin.post("/api/notification-routes?site=demo", {
        name,
        channel_id: id,
        severity_at_least: "minor",
        ...more,
      });
    }
  }
  const chain = await (await admin.api.get("/api/power/chain?site=demo")).json();
  ups = chain.elements.find(({ kind }: { kind: string }) => kind === "ups").id;
  await admin.api.dispose();
});

/** The page as it is, in all themes and sizes: as if the window were made smaller, and the theme chosen in another one. */
async function shoot(page: Page, name: string, fullPage = false) {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((newValue) => {
      localStorage.setItem("theme", newValue);
      window.dispatchEvent(new StorageEvent("storage", { key: "theme", newValue }));
    }, theme);
    await expect(page.locator("html")).toHaveClass(new RegExp(theme));
    for (const [size, [width, height]] of Object.entries(sizes)) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: `${folder}/${name}-${theme}-${size}.png`, fullPage, animations: "disabled" });
      if (process.env.README_SCREENS && ["overview", "plan"].includes(name) && size === "desktop") {
        await page.screenshot({ path: `${readme}/${name}-${theme}.png`, animations: "disabled" });
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
}

test("pictures of every page", async ({ page }) => {
  test.setTimeout(480_000);
  await page.goto("/login/");
  await expect(page.locator("html[data-hydrated=true]")).toBeAttached();
  await shoot(page, "login");
  // There in an export that DCIM_DEV_PAGES=1 has made.
  if ((await page.goto("/dev/components/"))?.ok()) {
    await expect(page.locator("canvas").first()).toBeVisible();
    await shoot(page, "components", true);
  }
  publish("dc/demo/room-1/rack-A07/temperature", '{"value":NaN}');
  publish("dc/demo/room-1/rack-A99/temperature", reading(21, "°C"));
  await signIn(page, "admin");
  await page.goto("/?site=demo");
  await expect(page.getByTestId("kpi-sensors-reporting")).toHaveText(/^(\d{2,}) \/ \1$/, { timeout: 40_000 });
  for (const [name, path] of Object.entries(pages)) {
    // Its own bot says otherwise every 30 s.
    publish("dc/demo/room-1/rack-A07/temperature", JSON.stringify({ ...JSON.parse(reading(29.6, "°C")), exhaust: 42 }));
    const at = path.replace("{channel}", String(channel)).replace("{ups}", String(ups));
    await page.goto(`${at}${path.includes("?") ? "&" : "?"}site=demo`);
    await expect(page.getByTestId("live-indicator")).toHaveText("Live");
    await expect(page.locator("[aria-busy=true], .animate-pulse")).toHaveCount(0);
    await shoot(page, name);
  }
});
