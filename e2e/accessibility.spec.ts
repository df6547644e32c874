import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { signIn, test } from "./support";

const pages = [
  ...["/", "/?rack=A02&compare=day", "/?kiosk=1", "/environment/", "/data-quality/", "/audit/"],
  ...["/racks/?color=power&face=both", "/racks/?rack=room-1.A02", "/racks/?rack=room-1.A02&table=1", "/racks/"],
  ...["/racks/?rack=room-1.A02&limits=1", "/racks/?color=temperature&device=1", "/inventory/?device=1"],
  ...[
    "/inventory/",
    "/inventory/types/",
    "/inventory/types/?type=new",
    "/inventory/types/?type=1",
    "/inventory/?device=new",
  ],
  ...["/capacity/", "/capacity/?fit=1"],
  ...["/power/", "/power/?explain=pue", "/power/ups/", "/power/ups/?blocks=resistance", "/power/chain/"],
  ...["/power/rack/", "/power/rack/?rack=room-1.A03", "/power/elements/", "/power/elements/?element=new"],
  ...["/floor-plan/", "/floor-plan/?table=1&layer=power", "/floor-plan/?rack=room-1.A02"],
  ...["/alarms/", "/alarms/history/", "/alarms/rules/", "/alarms/rules/?rule=new", "/notifications/"],
];

for (const theme of ["dark", "light"] as const) {
  test(`axe finds nothing, ${theme}`, async ({ page }) => {
    // Many pages, each looked at thoroughly.
    test.setTimeout(360_000);
    await page.addInitScript((name) => localStorage.setItem("theme", name), theme);
    await page.goto("/login/");
    await expect(page.locator("html[data-hydrated=true]")).toBeAttached();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await signIn(page, "admin");
    for (const path of pages) {
      await page.goto(path);
      await expect(page.getByTestId("live-indicator")).toHaveText("Live");
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await expect(page.locator("html")).toHaveClass(new RegExp(theme));
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });
}

test("axe would find something: the check itself works", async ({ page }) => {
  await signIn(page);
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<main><img src='/icon.svg'></main>"));
  expect((await new AxeBuilder({ page }).analyze()).violations.length).toBeGreaterThan(0);
});

test("the phone shows all without scrolling sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "admin");
  for (const path of pages.filter((each) => !each.includes("?") || /^\/(racks|inventory|capacity)/.test(each))) {
    await page.goto(path);
    await expect(page.getByTestId("live-indicator")).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, path).toBe(0);
  }
  await page.getByRole("button", { name: "Pages" }).click();
  await expect(page.getByRole("dialog").getByRole("link", { name: "Audit log" })).toBeVisible();
});
