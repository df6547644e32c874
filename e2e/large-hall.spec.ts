// A hall of a thousand racks while a thousand values a second arrive. The plan draws all of them, never more than once a frame, and stays smooth;
// the overview draws the rows in view alone. CI holds what was drawn; times are printed, and stand in docs/benchmarks.md as measured on a quiet machine.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { canvasOf, drawn, type PlanCanvas } from "./plan-canvas";
import { load, mainThreadOf, signedIn, signIn, test } from "./support";

const site = `hall-${process.pid}`;
const [rows, perRow] = [20, 50];
const count = rows * perRow;
const seconds = 5;

/** CPU time of the browser, all its processes, ms: unlike frames it barely moves with what else the machine does. */
function browserCpuMs() {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = processes.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)?.slice(1) ?? []);
  const inside = new Set([String(process.pid)]);
  for (let before = 0; before < inside.size; ) {
    before = inside.size;
    for (const [pid = "", parent = ""] of all) if (inside.has(parent)) inside.add(pid);
  }
  let ticks = 0;
  for (const [pid = "", , args = ""] of all) {
    if (!inside.has(pid) || !/chrom/.test(args)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return 10 * ticks;
}

test.beforeAll(async () => {
  const admin = await signedIn(process.env.DCIM_E2E_URL, "admin");
  const racks = Array.from({ length: count }, (_, index) => {
    const [row, place] = [Math.floor(index / perRow), index % perRow];
    return {
      ...{ name: `R${String(index + 1).padStart(4, "0")}`, row: String(row + 1), height_u: 42, rated_power_kw: 8 },
      placement: {
        ...{ x_m: 2 + 0.6 * place, y_m: 2 + 2.4 * row },
        ...{ rotation_deg: row % 2 ? 180 : 0, width_m: 0.6, depth_m: 1.2 },
      },
      devices: [
        {
          ...{
            name: `device-${index}`,
            type: "load",
            interval_s: 3600,
            topic: `dc/${site}/load/device-${index}/status`,
          },
          sensors: [{ name: "inlet", kind: "inlet-temperature", unit: "°C", field: "/value" }],
        },
      ],
    };
  });
  const aisles = Array.from({ length: rows - 1 }, (_, index) => ({
    ...{
      name: `Aisle ${index + 1}`,
      type: index % 2 ? "hot" : "cold",
      x_m: 2 + 0.3 * (perRow - 1),
      y_m: 3.2 + 2.4 * index,
    },
    ...{ width_m: 0.6 * perRow, depth_m: 1.2 },
  }));
  const plan = { width_m: 4 + 0.6 * perRow, depth_m: 4 + 2.4 * (rows - 1), ashrae_class: "A2", aisles };
  await admin.post("/api/sites/import", {
    site: { code: site, name: `Large hall ${process.pid}`, time_zone: "UTC", simulated: true },
    rooms: [{ code: "hall", name: "Hall", plan, racks }],
  });
  await admin.api.dispose();
});

/** Readings of all racks, until it is called again. */
function sendReadings(forSeconds: number) {
  const child = spawn(
    ...load("--site", site, "--sensors", String(count), "--rate", "1000", "--duration", String(forSeconds)),
  );
  const ended = once(child, "exit");
  return async () => {
    child.kill("SIGTERM");
    await ended;
  };
}

test("the plan of a thousand racks at a thousand values a second", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "admin");
  await page.goto(`/floor-plan/?site=${site}`);
  const stats = () => drawn(page);
  await expect.poll(async () => (await stats()).racks).toBe(count);
  expect((await stats()).hatched).toBe(count);

  const stop = sendReadings(4 * seconds);
  await expect.poll(async () => (await stats()).hatched, { timeout: 15_000 }).toBe(0);
  /** Frames of the browser, and what was painted in them; `moving`: the plan moves with every frame. */
  const measure = async (moving: boolean) => {
    const before = browserCpuMs();
    const seen = await canvasOf(page).evaluate(
      (element: PlanCanvas, [ms, move]) =>
        new Promise<{ frames: number; painted: number; busyMs: number; longest: number; ms: number }>((done) => {
          const before = { ...element.plan.stats };
          const begun = performance.now();
          let [frames, last, longest] = [0, begun, 0];
          const frame = (now: number) => {
            ++frames;
            longest = Math.max(longest, now - last);
            last = now;
            if (move) element.plan.pan(Math.cos(now / 300), Math.sin(now / 300));
            if (now - begun < ms) return requestAnimationFrame(frame);
            const { frames: painted, busyMs } = element.plan.stats;
            done({
              frames,
              painted: painted - before.frames,
              busyMs: busyMs - before.busyMs,
              longest,
              ms: now - begun,
            });
          };
          requestAnimationFrame(frame);
        }),
      [1000 * seconds, moving] as const,
    );
    return { ...seen, cpuMs: browserCpuMs() - before };
  };
  const [still, moving] = [await measure(false), await measure(true)];
  for (const [name, { frames, painted, busyMs, longest, ms, cpuMs }] of Object.entries({ still, moving })) {
    const rate = ((1000 * frames) / ms).toFixed(1);
    console.log(
      `${count} racks, 1,000 values/s, ${name}: ${rate} frames/s, longest ${longest.toFixed(0)} ms; ` +
        `${painted} paintings of ${(busyMs / painted).toFixed(1)} ms; browser CPU ${(cpuMs / frames).toFixed(1)} ms a frame`,
    );
    // Once a frame at most; and something has come.
    expect(painted).toBeLessThanOrEqual(frames + 1);
    expect(painted).toBeGreaterThan(seconds);
  }
  expect((await stats()).racks).toBe(count);
  await stop();
});

test("the overview of a thousand racks at a thousand values a second", async ({ page }) => {
  await signIn(page, "admin");
  const stop = sendReadings(8 * seconds);
  const begun = Date.now();
  await page.goto(`/?site=${site}`);
  await expect(page.getByTestId("inlet-R0001")).toHaveText(/\d/);
  const shown = Date.now() - begun;
  const rows = page.getByTestId(/^rack-row-/);
  await expect(page.getByTestId("kpi-sensors-reporting")).toHaveText(`${count} / ${count}`);
  const mainThread = await mainThreadOf(page);
  const before = await mainThread();
  await page.waitForTimeout(1000 * seconds); // what is measured is this time
  const used = (await mainThread()) - before;
  console.log(
    `${count} racks, 1,000 values/s, overview: first row after ${shown} ms, ${await rows.count()} rows drawn, ` +
      `main thread ${(used / seconds).toFixed(0)} ms of CPU a second`,
  );
  expect(await rows.count()).toBeLessThan(80);
  await expect(page.getByTestId("rack-table").getByRole("table")).toHaveAttribute("aria-rowcount", String(count + 1));
  await page.getByTestId("rack-table").evaluate((table) => table.scrollTo(0, table.scrollHeight));
  await expect(page.getByTestId("inlet-R1000")).toHaveText(/\d/);
  await expect(page.getByTestId("rack-row-R0001")).toHaveCount(0);
  expect(await rows.count()).toBeLessThan(80);
  await stop();
});
