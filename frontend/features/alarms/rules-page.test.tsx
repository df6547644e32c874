import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { type Answers, openPage } from "@/lib/testing";
import { RulesPage } from "./rules-page";
import { rule } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

const options = { role: "site-manager", url: "/alarms/rules/?rule=1" };
const rules: Answers = { "GET /api/alarm-rules": () => ({ body: { items: [rule(1)] } }) };
const drawer = () => screen.findByRole("dialog", { name: "Rack inlet temperature" });
const limit = (dialog: HTMLElement) => within(dialog).getByLabelText("Level 1, limit");

test("what is edited is saved over the version that was read", async () => {
  const { calls } = openPage(
    <RulesPage />,
    { ...rules, "PUT /api/alarm-rules/1": () => ({ body: rule(1, { version: 4 }) }) },
    options,
  );
  const dialog = await drawer();
  await userEvent.clear(limit(dialog));
  await userEvent.type(limit(dialog), "27,5");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await screen.findByText(/is saved/);
  const call = calls.find(({ method }) => method === "PUT");
  expect(call?.ifMatch).toBe('"3"');
  expect(call?.body).toMatchObject({ levels: [{ when: "above", limit: 27.5, severity: "minor" }] });
  expect(location.search).toBe("");
});

test("what the server finds wrong stands beside its field, also from a test", async () => {
  openPage(
    <RulesPage />,
    {
      ...rules,
      "POST /api/alarm-rules/test": () => ({
        status: 400,
        body: { detail: "Must be below 85.", field: "/rule/levels/0/limit" },
      }),
    },
    options,
  );
  const dialog = await drawer();
  await userEvent.click(within(dialog).getByRole("button", { name: "Test" }));
  await waitFor(() => expect(limit(dialog).getAttribute("aria-invalid")).toBe("true"));
  expect(within(dialog).getAllByText("Must be below 85.").length).toBeGreaterThan(0);
  await userEvent.clear(limit(dialog));
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await within(dialog).findByText("A number is needed.");
});

test("a test on history says how often the draft would have fired", async () => {
  const { calls } = openPage(
    <RulesPage />,
    {
      ...rules,
      "POST /api/alarm-rules/test": () => ({
        body: {
          ...{ from: "2026-11-18T12:00:00Z", to: "2026-11-25T12:00:00Z" },
          ...{ sensors: 20, readings: 403_200, total: 2, firings: [] },
        },
      }),
    },
    options,
  );
  const dialog = await drawer();
  await userEvent.click(within(dialog).getByRole("button", { name: "Test" }));
  const result = await within(dialog).findByTestId("rule-test-result");
  expect(result.textContent).toContain("It would have fired 2 times in 7 days");
  expect(result.textContent).toContain("403,200 readings of 20 sensors");
  expect(calls.find(({ path }) => path.endsWith("/test"))?.body).toMatchObject({ rule: { kind: "inlet-temperature" } });
});

test("what somebody else saved meanwhile is a choice: mine over theirs", async () => {
  let version = 4;
  const { calls } = openPage(
    <RulesPage />,
    {
      ...rules,
      "GET /api/alarm-rules/1": () => ({ body: rule(1, { version }) }),
      "PUT /api/alarm-rules/1": ({ ifMatch }) =>
        ifMatch === `"${version}"`
          ? { body: rule(1, { version: ++version }) }
          : { status: 409, body: { detail: "It was changed." } },
    },
    options,
  );
  const dialog = await drawer();
  await userEvent.type(within(dialog).getByLabelText("Name"), "!");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  const choice = await screen.findByRole("dialog", { name: "Somebody else has saved this rule" });
  await userEvent.click(within(choice).getByRole("button", { name: "Save mine over theirs" }));
  await screen.findByText(/is saved/);
  const last = calls.filter(({ method }) => method === "PUT").at(-1);
  expect(last?.ifMatch).toBe('"4"');
  expect(last?.body).toMatchObject({ name: "Rack inlet temperature!" });
});

test("what is unsaved is not lost without being asked", async () => {
  openPage(<RulesPage />, rules, options);
  const dialog = await drawer();
  await userEvent.type(within(dialog).getByLabelText("Name"), "!");
  await userEvent.keyboard("{Escape}");
  const question = await screen.findByRole("dialog", { name: "Discard what you changed?" });
  await userEvent.click(within(question).getByRole("button", { name: "Go on editing" }));
  expect(location.search).toBe("?rule=1");
  await userEvent.keyboard("{Escape}");
  await userEvent.click(await screen.findByRole("button", { name: "Discard" }));
  await waitFor(() => expect(location.search).toBe(""));
});

test("a rule for all sites is an administrator's; an operator looks only", async () => {
  const all = {
    "GET /api/alarm-rules": () => ({ body: { items: [rule(1, { scope: {}, scope_label: "All sites" })] } }),
  };
  openPage(<RulesPage />, all, options);
  await screen.findByText("A rule for all sites is an administrator's to change.");
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});

test("limits for one rack begin as what holds there, and become a rule of its own", async () => {
  const { calls } = openPage(
    <RulesPage />,
    {
      ...rules,
      "GET /api/racks": () => ({ body: { items: [{ id: 7, name: "A07", room_id: 1, sensors: [] }] } }),
      "POST /api/alarm-rules": () => ({ body: rule(2) }),
    },
    { ...options, url: "/alarms/rules/?rule=new&copy=1&rack=7" },
  );
  const dialog = await screen.findByRole("dialog", { name: "New rule" });
  await userEvent.click(await within(dialog).findByRole("button", { name: "Create rule" }));
  await screen.findByText(/is saved/);
  expect(calls.find(({ method }) => method === "POST")?.body).toMatchObject({
    name: "Rack inlet temperature, rack A07",
    kind: "inlet-temperature",
    scope: { rack_id: 7 },
    levels: [{ when: "above", limit: 28, severity: "minor" }],
  });
  expect(location.search).toBe("");
});
