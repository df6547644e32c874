import { resolve } from "node:path";
import { expect } from "@playwright/test";
import { publish, reading, signedIn, signIn, test } from "./support";

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
  "plan-table": "/floor-plan/?room=room-2&layer=power&table=1",
  "plan-past": `/floor-plan/?room=room-1&at=${new Date(Date.now() - 3_600_000).toISOString()}`,
  alarms: "/alarms/",
  history: "/alarms/history/",
  rules: "/alarms/rules/",
  rule: "/alarms/rules/?rule=1",
  notifications: "/notifications/",
  channel: "/notifications/?channel=2",
  route: "/notifications/?route=new",
};

// Somebody is told, and somebody cannot be reached.
test.beforeAll(async () => {
  const admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const channels = [
    { name: "On call", type: "email", addresses: ["oncall@example.test", "second-line@example.test"] },
    { name: "Chat", type: "webhook", url: "http://127.0.0.1:9/hooks/alarms", secret: "sixteen characters or more" },
  ];
  for (const [at, channel] of channels.entries()) {
    const { id } = (await admin.post("/api/notification-channels?site=demo", channel)) as { id: number };
    const later = at === 0 ? {} : { after_min: 15, repeat_min: 30, systems: ["cooling", "power"] };
    for (const more of at === 0 ? [{}] : [later, {}]) {
      const name = `${channel.name}${"after_min" in more ? ", second line" : ""}`;
      await admin.post("/api/notification-routes?site=demo", {
        name,
        channel_id: id,
        severity_at_least: "minor",
        ...more,
      });
    }
  }
  await admin.api.dispose();
});

for (const theme of ["dark", "light"]) {
  for (const [size, [width, height]] of Object.entries(sizes)) {
    test(`${theme} ${size}`, async ({ page }) => {
      await page.addInitScript((name) => localStorage.setItem("theme", name), theme);
      await page.setViewportSize({ width, height });
      await page.goto("/login/");
      await expect(page.locator("html[data-hydrated=true]")).toBeAttached();
      await page.screenshot({ path: `test-results/screens/login-${theme}-${size}.png` });
      // There in an export that DCIM_DEV_PAGES=1 has made.
      if ((await page.goto("/dev/components/"))?.ok()) {
        await expect(page.locator("canvas").first()).toBeVisible();
        await page.screenshot({ path: `test-results/screens/components-${theme}-${size}.png`, fullPage: true });
      }
      publish("dc/demo/room-1/rack-A07/temperature", reading(28.6, "°C"));
      publish("dc/demo/room-1/rack-A07/temperature", '{"value":NaN}');
      publish("dc/demo/room-1/rack-A99/temperature", reading(21, "°C"));
      await signIn(page, "admin");
      await expect(page.getByTestId("kpi-sensors-reporting")).toHaveText(/^(\d{2,}) \/ \1$/, { timeout: 40_000 });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await expect(page.getByTestId("live-indicator")).toHaveText("Live");
        await expect(page.locator("[aria-busy=true], .animate-pulse")).toHaveCount(0);
        await page.screenshot({ path: `test-results/screens/${name}-${theme}-${size}.png` });
        if (["overview", "plan"].includes(name) && size === "desktop") {
          await page.screenshot({ path: resolve(import.meta.dirname, `../docs/screens/${name}-${theme}.png`) });
        }
      }
    });
  }
}
