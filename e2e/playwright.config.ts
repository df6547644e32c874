import { defineConfig, devices } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  // One after the other, on one server; the pictures last, when much has happened that they can show.
  projects: [
    { name: "specs", testMatch: "*.spec.ts" },
    { name: "screens", testMatch: "*.shots.ts" },
  ],
  outputDir: "test-results",
  globalSetup: "./global-setup.ts",
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 }, // a slow machine is no fault; a missing element is, a little later
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
