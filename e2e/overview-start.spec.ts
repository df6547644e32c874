// How the overview starts, on the pages that are shipped: what a browser fetches until its figures are there, and when it listens to its user.
// CI holds the bytes, which are the same on every machine; the times are printed, and stand in docs/benchmarks.md as measured on a quiet one.
import { expect } from "@playwright/test";
import { mainThreadOf, signIn, test } from "./support";

const rounds = 5;
const quietMs = 1000;
const budgetBytes = 300_000;

type Start = {
  /** Since navigation began, ms. */
  painted: number;
  figures: number;
  interactive: number;
  blockedMs: number;
  /** Of the main thread; counted anew for each page. */
  cpuMs: number;
};

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

test("the overview's JavaScript stays within its budget, and how soon it is interactive", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  // Before anything of the page runs: the moments that count are noted when they come.
  await page.addInitScript(() => {
    const start = { figures: 0, tasks: [] as { begun: number; ms: number }[] };
    Object.assign(window, { start });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) start.tasks.push({ begun: startTime, ms: duration });
    }).observe({ type: "longtask", buffered: true });
    const wanted = ["health-score", "kpi-total-power", "kpi-pue", "kpi-average-inlet", "kpi-maximum-inlet"];
    const look = () => {
      const shown = wanted.every((id) => /\d/.test(document.querySelector(`[data-testid=${id}]`)?.textContent ?? ""));
      if (!shown) return requestAnimationFrame(look);
      start.figures = performance.now();
    };
    requestAnimationFrame(look);
  });
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  const mainThread = await mainThreadOf(page);
  const starts: Start[] = [];
  for (let round = 0; round < rounds; ++round) {
    await page.goto("/?site=demo");
    const start = await page.evaluate(
      (quiet) =>
        new Promise<Omit<Start, "cpuMs">>((done) => {
          const { start } = window as unknown as {
            start: { figures: number; tasks: { begun: number; ms: number }[] };
          };
          const look = () => {
            const last = start.tasks.at(-1);
            const idle = performance.now() - Math.max(start.figures, last ? last.begun + last.ms : 0);
            if (start.figures === 0 || idle < quiet) return setTimeout(look, 50);
            const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
            done({
              painted,
              figures: start.figures,
              // The figures are there, and no task before the quiet was long enough to be felt.
              interactive: Math.max(start.figures, ...start.tasks.map(({ begun, ms }) => begun + ms)),
              blockedMs: start.tasks.reduce((sum, { ms }) => sum + ms - 50, 0),
            });
          };
          look();
        }),
      quietMs,
    );
    starts.push({ ...start, cpuMs: await mainThread() });
  }

  // Once more without what is fetched ahead for other pages.
  const bytes = new Map<string, number>();
  network.on("Network.responseReceived", ({ type, response: { url, headers } }) => {
    if (type === "Script") bytes.set(url, Number(headers["Content-Length"] ?? headers["content-length"]));
  });
  await page.route(/\.txt/, (route) => route.fulfill({ status: 404 }));
  await page.goto("/?site=demo");
  await expect(page.locator("canvas").first()).toBeVisible();
  await expect(page.getByTestId("kpi-maximum-inlet")).toHaveText(/\d/);
  const sum = [...bytes.values()].reduce((total, size) => total + size, 0);
  const of = (part: keyof Start) => middle(starts.map((start) => start[part])).toFixed(0);
  console.log(
    `overview, no cache, median of ${rounds}: painted ${of("painted")} ms, figures ${of("figures")} ms, ` +
      `interactive ${of("interactive")} ms, long tasks block ${of("blockedMs")} ms, main thread ${of("cpuMs")} ms of CPU; ` +
      `${bytes.size} scripts, ${(sum / 1000).toFixed(0)} kB compressed`,
  );
  expect(bytes.size).toBeGreaterThan(5);
  expect(sum).toBeGreaterThan(100_000);
  expect(sum).toBeLessThan(budgetBytes);
});
