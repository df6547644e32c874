import { expect } from "@playwright/test";
import { fillLogin, signIn, test } from "./support";

test("a protected page sends to the login, and from there back to it", async ({ page }) => {
  await page.goto("/data-quality/?site=demo");
  await expect(page).toHaveURL(/\/login\/\?next=/);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await fillLogin(page, "operator@demo.test");
  await expect(page).toHaveURL(/\/data-quality\/\?site=demo$/);
  await expect(page.getByRole("heading", { name: "Data quality" })).toBeVisible();
});

test("a wrong password is told, and changes nothing", async ({ page }) => {
  await page.goto("/login/");
  await fillLogin(page, "viewer@demo.test", "not the password");
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
  await page.goto("/");
  await expect(page).toHaveURL(/\/login\//);
});

test("logging out ends the session, also for pages that were open", async ({ page }) => {
  await signIn(page, "viewer");
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page).toHaveURL(/\/login\//);
  expect((await page.request.get("/api/auth/me")).status()).toBe(401);
  await page.goto("/data-quality/");
  await expect(page).toHaveURL(/\/login\//);
});

test("the login page sends nobody to a foreign address", async ({ page, baseURL }) => {
  await page.goto("/login/?next=//elsewhere.invalid/");
  await fillLogin(page, "viewer@demo.test");
  await expect(page.getByTestId("live-indicator")).toBeVisible();
  expect(page.url().startsWith(baseURL ?? "?")).toBe(true);
});

test("a viewer sees no administrator's pages", async ({ page }) => {
  await signIn(page, "viewer");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(pages.getByRole("link", { name: "Overview" })).toBeVisible();
  await expect(pages.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  expect((await page.request.get("/api/audit-log")).status()).toBe(403);
});

test("an administrator finds the login in the audit log", async ({ page }) => {
  await signIn(page, "admin");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Audit log" }).click();
  await expect(
    page.getByRole("row").filter({ hasText: "admin@demo.test" }).filter({ hasText: "auth.login" }).first(),
  ).toBeVisible();
});
