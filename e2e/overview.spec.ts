import { expect } from "@playwright/test";
import { publish, reading, signIn, test, withSilentBot } from "./support";

const topic = "dc/demo/room-1/rack-A03/temperature";

test("values of the bots arrive without a reload", async ({ page }) => {
  await signIn(page);
  await expect(page.getByTestId("kpi-sensors-reporting")).toHaveText(/^(\d{2,}) \/ \1$/, { timeout: 35_000 });
  const row = page.getByTestId("rack-row-B07");
  await expect(row).toContainText("Room 2");
  // Every bot publishes each 30 s: within 35 s something must change by itself.
  const before = await page.getByRole("table").innerText();
  const cells = page.getByRole("table").locator("[data-testid^=inlet-]");
  const values = await cells.allInnerTexts();
  await expect.poll(() => cells.allInnerTexts(), { timeout: 35_000 }).not.toEqual(values);
  expect(before).toContain("A01");
});

test("a reading published by hand is in the history within 1 s, and on the open page", async ({ page }) => {
  await signIn(page);
  const cell = page.getByTestId("inlet-A03");
  await expect(cell).toBeVisible();
  const racks = await (await page.request.get("/api/racks?site=demo")).json();
  const rack = racks.items.find((item: { name: string }) => item.name === "A03");
  const sensor = rack.sensors.find((item: { kind: string }) => item.kind === "inlet-temperature");
  await withSilentBot("A03", async () => {
    const at = new Date();
    publish(topic, reading(27.3, "°C", at));
    const published = Date.now();
    const history = `/api/sensors/${sensor.id}/readings?interval=raw&from=${new Date(at.getTime() - 1).toISOString()}`;
    await expect
      .poll(async () => (await (await page.request.get(history)).json()).points, { timeout: 1000, intervals: [20] })
      .toContainEqual([at.getTime(), 27.3, 0]);
    await expect(cell).toHaveText("27.3", { timeout: Math.max(200, 1000 - (Date.now() - published)) });
  });
});

test("a hot inlet turns its row and its room, with words", async ({ page }) => {
  await signIn(page);
  await withSilentBot("B02", async () => {
    publish("dc/demo/room-2/rack-B02/temperature", reading(33.1, "°C"));
    await expect(page.getByTestId("rack-row-B02")).toContainText("Critical");
    await expect(page.getByTestId("kpi-maximum-inlet")).toHaveText("33.1");
    await expect(page.getByTestId("room-room-2")).toContainText("Critical");
    await expect(page.getByTestId("room-room-2")).toContainText("B02");
    // It is cool again, and its alarm stands until it has been so for the rule's off-delay.
    publish("dc/demo/room-2/rack-B02/temperature", reading(24, "°C"));
    await expect(page.getByTestId("inlet-B02")).toHaveText("24.0");
    await expect(page.getByTestId("rack-row-B02")).toContainText("Critical");
  });
});

test("an implausible reading is shown as not used, and enters no figure", async ({ page }) => {
  await signIn(page);
  await withSilentBot("B03", async () => {
    publish("dc/demo/room-2/rack-B03/temperature", reading(850, "°C"));
    await expect(page.getByTestId("rack-row-B03")).toContainText("implausible");
    await expect(page.getByTestId("rack-row-B03")).toContainText("No data");
    await expect(page.getByTestId("kpi-maximum-inlet")).not.toHaveText("850.0");
    publish("dc/demo/room-2/rack-B03/temperature", reading(24, "°C"));
    await expect(page.getByTestId("rack-row-B03")).toContainText("OK");
  });
});

test("the stream is lost, said so, and regained", async ({ page }) => {
  let down = false;
  const open: { close: () => Promise<void> }[] = [];
  await page.routeWebSocket(/\/api\/stream/, (socket) => {
    if (down) {
      void socket.close();
      return;
    }
    socket.connectToServer();
    open.push(socket);
  });
  await signIn(page);
  await withSilentBot("A05", async () => {
    down = true;
    await open.at(-1)?.close();
    await expect(page.getByRole("alert").filter({ hasText: "live connection is lost" })).toBeVisible();
    await expect(page.getByTestId("live-indicator")).toHaveText("Reconnecting");
    await expect(page.getByTestId("live-indicator")).toHaveText("Polling", { timeout: 15_000 });
    publish("dc/demo/room-1/rack-A05/temperature", reading(26.6, "°C"));
    down = false;
    await expect(page.getByTestId("live-indicator")).toHaveText("Live", { timeout: 15_000 });
    await expect(page.getByRole("alert").filter({ hasText: "live connection is lost" })).toHaveCount(0);
    await expect(page.getByTestId("inlet-A05")).toHaveText("26.6");
  });
});

test("filter, order and the open rack are in the address", async ({ page }) => {
  await signIn(page);
  await page.getByLabel("Filter racks").fill("B0");
  await expect(page).toHaveURL(/q=B0/);
  await expect(page.getByTestId("rack-row-A01")).toHaveCount(0);
  await page.getByRole("button", { name: "Inlet °C" }).click();
  await expect(page).toHaveURL(/sort=inlet/);
  await page.getByRole("button", { name: "B04", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "Rack B04" });
  await expect(drawer.getByRole("img", { name: /inlet temperature: \d+ readings/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("dialog", { name: "Rack B04" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/rack=/);
  await expect(page.getByLabel("Filter racks")).toHaveValue("B0");
});

test("what cannot be used is listed with its reason", async ({ page }) => {
  await signIn(page);
  publish(topic, '{"value":');
  publish(topic, '{"value":NaN}');
  publish(topic, reading(20, "°C", new Date(Date.now() + 86_400_000)));
  publish("dc/demo/room-1/unknown-device/status", "1");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Data quality" }).click();
  for (const reason of ["malformed json", "not a number", "future timestamp"]) {
    await expect(page.getByRole("row").filter({ hasText: reason }).first()).toBeVisible({ timeout: 15_000 });
  }
  await expect(page.getByRole("row").filter({ hasText: "unknown-device" })).toBeVisible();
  const metrics = await (await page.request.get("/metrics")).text();
  expect(metrics).toMatch(/dcim_ingest_rejected_total\{reason="future_timestamp"\} [1-9]/);
});
