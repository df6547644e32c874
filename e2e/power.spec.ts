// Power on the real stack: a UPS on its battery, a rack over its capacity, a loss in thought, a figure made again from its inputs.
import { expect, type Page } from "@playwright/test";
import { type SignedIn, scenario, signedIn, signIn, test } from "./support";

const site = "demo";
/** What a scenario changes is said by the next message of its bot, which comes once a minute, and is judged within 15 s. */
const patience = { timeout: 100_000 };

type Alarm = { kind: string; state: string; source: { device: string | null; rack: string | null } };

async function openAlarms(page: Page) {
  return (await (await page.request.get(`/api/alarms?site=${site}&limit=500`)).json()).items as Alarm[];
}

const numberIn = async (page: Page, testId: string) => Number.parseFloat(await page.getByTestId(testId).innerText());

test("mains fail at ups-01: its badge, charge and runtime say so, an alarm stands; afterwards it recovers", async ({
  page,
}) => {
  test.setTimeout(300_000);
  await signIn(page);
  await page.goto(`/power/ups/?site=${site}`);
  const state = page.getByTestId("ups-state-ups-01");
  await expect(state).toContainText("Online", patience);
  const [chargeBefore, runtimeBefore] = [await numberIn(page, "charge-ups-01"), await numberIn(page, "runtime-ups-01")];
  scenario("MAINS_FAILURE", "--unit", "ups-01");
  try {
    await expect(state).toContainText("On battery", patience);
    await expect(page.getByTestId("ups-state-ups-02")).toContainText("Online");
    await expect.poll(() => numberIn(page, "charge-ups-01"), patience).toBeLessThan(chargeBefore - 0.5);
    await expect.poll(() => numberIn(page, "runtime-ups-01"), patience).toBeLessThan(runtimeBefore);
    await expect
      .poll(
        async () =>
          (await openAlarms(page)).some(({ kind, source }) => kind === "ups-state" && source.device === "ups-01"),
        patience,
      )
      .toBe(true);
    await page.getByRole("link", { name: "Chain", exact: true }).click();
    await expect(page.locator("[data-testid^=element-][data-state=on-battery]").first()).toBeVisible(patience);
  } finally {
    scenario("stop", "MAINS_FAILURE", "--unit", "ups-01");
  }
  await page.getByRole("link", { name: "UPS", exact: true }).click();
  await expect(state).toContainText("Online", patience);
  const low = await numberIn(page, "charge-ups-01");
  await expect.poll(() => numberIn(page, "charge-ups-01"), patience).toBeGreaterThan(low);
  await expect
    .poll(
      async () =>
        (await openAlarms(page)).filter(
          ({ kind, source, state: of }) => kind === "ups-state" && source.device === "ups-01" && of === "active",
        ).length,
      patience,
    )
    .toBe(0);
});

type Rack = { id: number; version: number; rated_power_kw: number | null };

async function rate(manager: SignedIn, rack: Rack, kw: number | null) {
  const now = (await (await manager.api.get(`/api/racks/${rack.id}`)).json()) as Rack;
  const answer = await manager.api.patch(`/api/racks/${rack.id}`, {
    data: { rated_power_kw: kw },
    headers: { "X-CSRF-Token": manager.token, "If-Match": `"${now.version}"` },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

test("a load that jumps takes a rack over its capacity: on its bar, and as an alarm", async ({ page }) => {
  test.setTimeout(300_000);
  await signIn(page);
  await page.goto(`/power/?site=${site}`);
  const chain = await (await page.request.get(`/api/power/chain?site=${site}`)).json();
  const power = chain.racks.find(({ name }: { name: string }) => name === "A06") as { rack_id: number; kw: number };
  const manager = await signedIn(process.env.DCIM_E2E_URL, "manager");
  const rack = (await (await manager.api.get(`/api/racks/${power.rack_id}`)).json()) as Rack;
  const bar = page.getByTestId("bar-A06");
  // By night the demo's racks draw too little to go over what they are rated for.
  await rate(manager, rack, Math.round(power.kw * 1.2 * 100) / 100);
  try {
    scenario("POWER_SPIKE", "--rack", "A06");
    await expect(bar.getByRole("img", { name: /over capacity/ })).toBeVisible(patience);
    await expect(page.getByTestId("racks-over")).toContainText("over capacity");
    await expect
      .poll(
        async () => (await openAlarms(page)).some(({ kind, source }) => kind === "rack-load" && source.rack === "A06"),
        patience,
      )
      .toBe(true);
    await bar.click();
    await expect(page.getByTestId("rack-load")).toBeVisible();
    await expect(page.getByRole("region", { name: "Open alarms" })).toContainText("A06");
    await page.goBack();
  } finally {
    scenario("stop", "POWER_SPIKE", "--rack", "A06");
    await rate(manager, rack, rack.rated_power_kw);
    await manager.api.dispose();
  }
  await expect(bar.getByRole("img", { name: /over capacity/ })).toHaveCount(0, patience);
});

test("an element is lost in thought: what follows is in the picture and as a list, and the address holds it", async ({
  page,
}) => {
  await signIn(page);
  await page.goto(`/power/chain/?site=${site}`);
  const chain = await (await page.request.get(`/api/power/chain?site=${site}`)).json();
  type Element = { id: number; kind: string; name: string; inputs: number[] };
  const elements = chain.elements as Element[];
  const [ups] = elements.filter(({ kind }) => kind === "ups");
  const below = elements.filter(
    ({ inputs, kind }) => kind !== "rack-feed" && inputs.length === 1 && inputs[0] === ups?.id,
  );
  const box = page.getByTestId(`element-${ups?.name}`);
  await box.click();
  await expect(page.getByTestId("what-if-banner")).toContainText("nothing is switched");
  await expect(page).toHaveURL(new RegExp(`lost=${ups?.id}`));
  await expect(box).toHaveAttribute("data-state", "lost");
  for (const { name } of below) {
    await expect(page.getByTestId(`element-${name}`)).toHaveAttribute("data-state", "dead");
  }
  await expect(page.getByTestId("what-if-redundancy-lost")).toContainText("A01");
  const truth = await (await page.request.get(`/api/power/what-if?site=${site}&lost=${ups?.id}`)).json();
  await expect(page.getByTestId("what-if-summary")).toContainText(String(truth.summary.racks_redundancy_lost));
  // By keyboard alone, and as somebody else opens the address.
  await page.reload();
  await expect(box).toHaveAttribute("data-state", "lost");
  await box.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("what-if-banner")).toHaveCount(0);
  await expect(box).toHaveAttribute("data-state", "ok");
});

test("a figure is explained, and made again from its inputs it is the same", async ({ page }) => {
  await signIn(page);
  await page.goto(`/power/?site=${site}`);
  for (const [button, title] of [
    ["Explain PUE now", "PUE"],
    ["Explain Total facility power", "Total facility power"],
    ["Explain IT", "IT power"],
  ] as const) {
    await page.getByRole("button", { name: button, exact: true }).click();
    const drawer = page.getByRole("dialog", { name: title, exact: true });
    await expect(drawer.getByTestId("explain-verdict")).toContainText("the same value");
    await expect(drawer.getByRole("link").first()).toBeVisible();
    await page.keyboard.press("Escape");
  }
  await page.goto(`/power/rack/?site=${site}&rack=room-1.A02`);
  for (const button of ["Explain Power of rated", "Explain On the surviving feed"]) {
    await page.getByRole("button", { name: button }).click();
    await expect(page.getByTestId("explain-verdict")).toContainText("the same value");
    await page.keyboard.press("Escape");
  }
});

test("a block of a battery says its value to the keyboard", async ({ page }) => {
  await signIn(page);
  await page.goto(`/power/ups/?site=${site}`);
  const strip = page.getByRole("group", { name: /Voltage of 32 blocks/ }).first();
  await strip.getByRole("button").first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("block-reading").first()).toHaveText(/Block 02 \d+\.\d\d V/);
});

test("who may edit makes an element, is told what is wrong with it, and removes it; the demo stays whole", async ({
  page,
}) => {
  await signIn(page, "manager");
  await page.goto(`/power/elements/?site=${site}&element=new`);
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").fill("UPS A");
  await drawer.getByLabel("Rating, kW").fill("10");
  await drawer.getByRole("button", { name: "Create element" }).click();
  await expect(drawer.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await drawer.getByLabel("Name").fill("Trial panel");
  await drawer.getByRole("button", { name: "Create element" }).click();
  await expect(page.getByText("The element is saved.")).toBeVisible();
  await page.getByRole("row", { name: /Trial panel/ }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await page
    .getByRole("dialog", { name: /Remove “Trial panel”/ })
    .getByRole("button", { name: "Remove" })
    .click();
  await expect(page.getByRole("row", { name: /Trial panel/ })).toHaveCount(0);
});
