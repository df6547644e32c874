import { resolve } from "node:path";
import { expect } from "@playwright/test";
import { publish, reading, signIn, test } from "./support";

const sizes = { desktop: [1440, 900], tablet: [768, 1024], phone: [390, 844] } as const;
const pages = {
  overview: "/",
  wall: "/?kiosk=1",
  rack: "/?rack=A02",
  "rack-week": "/?rack=A02&range=7d&compare=week",
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
};

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
