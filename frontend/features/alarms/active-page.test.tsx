import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Alarm } from "@/lib/api";
import { type Answers, hear, openPage } from "@/lib/testing";
import { ActivePage } from "./active-page";
import { alarm } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

function server(alarms: Alarm[]): Answers {
  return {
    "GET /api/alarms": ({ query }) => {
      const from = Number(query.get("cursor") ?? 0);
      const to = from + Number(query.get("limit"));
      const open = alarms.filter(({ state }) => state !== "resolved");
      const next = to < open.length ? String(to) : null;
      return { body: { items: open.slice(from, to), next_cursor: next, total: open.length } };
    },
    "POST /api/alarms/acknowledge": ({ body }) => {
      const { ids } = body as { ids: number[] };
      const now = { acknowledged_at: new Date().toISOString(), acknowledged_by: "me" };
      const of = (id: number) => alarms.find((each) => each.id === id) as Alarm;
      return {
        body: {
          acknowledged: ids
            .filter((id) => !of(id).acknowledged_by)
            .map((id) => ({ ...of(id), ...now, state: "acknowledged" })),
          already: ids.filter((id) => of(id).acknowledged_by).map(of),
        },
      };
    },
  };
}

const names = () => screen.getAllByTestId(/^row-/).map((row) => row.getAttribute("data-key"));

test("what comes waits behind the pill; what is listed changes where it stands", async () => {
  const alarms = [alarm(1), alarm(2)];
  openPage(<ActivePage />, server(alarms));
  await screen.findByTestId("row-1");
  const worse = alarm(9, { severity: "critical" });
  alarms.unshift(worse);
  await hear(worse, alarm(2, { state: "resolved" }));
  expect(names()).toEqual(["1", "2"]);
  expect(within(screen.getByTestId("row-2")).getByText("Resolved")).toBeTruthy();
  const pill = screen.getByTestId("arrivals");
  expect(pill.textContent).toBe("1 new, critical · 1 no longer in this list");
  alarms[2] = alarm(2, { state: "resolved" });
  await userEvent.click(pill);
  await waitFor(() => expect(names()).toEqual(["9", "1"]));
  expect(screen.queryByTestId("arrivals")).toBeNull();
});

test("an empty list shows what comes at once", async () => {
  const alarms: Alarm[] = [];
  openPage(<ActivePage />, server(alarms));
  await screen.findByText("No open alarms");
  alarms.push(alarm(5));
  await hear(alarm(5));
  await waitFor(() => expect(names()).toEqual(["5"]));
});

test("an empty list shows what comes in a flood, although more comes while it is fetched", async () => {
  const alarms: Alarm[] = [];
  let fetched = 0;
  const good = server(alarms);
  openPage(
    <ActivePage />,
    {
      ...good,
      "GET /api/alarms": (call) => {
        ++fetched;
        return good["GET /api/alarms"]?.(call) ?? { body: null };
      },
    },
    { delayMs: 120 },
  );
  await screen.findByText("No open alarms");
  for (let id = 1; id <= 6; ++id) {
    alarms.push(alarm(id));
    await hear(alarm(id));
  }
  await screen.findByTestId("row-1");
  expect(fetched).toBeLessThanOrEqual(3);
});

test("only alarms that match the filters are announced", async () => {
  openPage(<ActivePage />, server([alarm(1)]), { url: "/alarms/?severity=critical&room=1" });
  await screen.findByTestId("row-1");
  await hear(alarm(7, { severity: "minor" }), alarm(8, { severity: "critical" }));
  expect(screen.getByTestId("arrivals").textContent).toContain("1 new");
});

test("by keyboard: j j x, then k Shift-x, a, a note, Enter; who was faster is told", async () => {
  const alarms = [alarm(1), alarm(2, { state: "acknowledged", acknowledged_by: "jane" }), alarm(3)];
  const { calls } = openPage(<ActivePage />, server(alarms));
  await screen.findByTestId("row-1");
  await userEvent.keyboard("jjx");
  expect(screen.getByTestId("row-2").getAttribute("aria-selected")).toBe("true");
  await userEvent.keyboard("k{Shift>}x{/Shift}");
  expect(screen.getByTestId("row-1").getAttribute("aria-selected")).toBe("true");
  await userEvent.keyboard("a");
  const dialog = await screen.findByRole("dialog", { name: "Acknowledge" });
  await userEvent.type(within(dialog).getByRole("textbox"), "on my way{Enter}");
  await screen.findByText("1 alarm acknowledged. One had already been acknowledged by jane.");
  const call = calls.find(({ method }) => method === "POST");
  expect(call?.body).toEqual({ ids: [2, 1], note: "on my way" });
  expect(within(screen.getByTestId("row-1")).getByText("Acknowledged")).toBeTruthy();
  expect(screen.getByTestId("row-1").getAttribute("aria-selected")).toBe("false");
});

test("Shift-click chooses a range; all that match are fetched when asked for", async () => {
  const alarms = Array.from({ length: 1500 }, (_, index) => alarm(index + 1));
  openPage(<ActivePage />, server(alarms));
  await screen.findByTestId("row-1");
  expect(screen.getAllByTestId(/^row-/).length).toBeLessThan(80);
  const boxes = () => screen.getAllByRole("checkbox");
  const user = userEvent.setup();
  await user.click(boxes()[1] as HTMLElement);
  await user.keyboard("{Shift>}");
  await user.click(boxes()[5] as HTMLElement);
  await user.keyboard("{/Shift}");
  expect(screen.getByRole("button", { name: "Acknowledge 5" })).toBeTruthy();
  await user.click(boxes()[0] as HTMLElement);
  await user.click(screen.getByRole("button", { name: "Choose all 1500 that match" }));
  await screen.findByRole("button", { name: "Acknowledge 1500" });
});

test("a viewer may look, not acknowledge", async () => {
  openPage(<ActivePage />, server([alarm(1)]), { role: "viewer" });
  await screen.findByTestId("row-1");
  expect(screen.queryByRole("button", { name: "Acknowledge" })).toBeNull();
  expect(screen.queryByRole("checkbox")).toBeNull();
});

test("a failure says so and can be tried again", async () => {
  let broken = true;
  const good = server([alarm(1)]);
  openPage(<ActivePage />, {
    ...good,
    "GET /api/alarms": (call) =>
      broken
        ? { status: 503, body: { detail: "The database does not answer." } }
        : (good["GET /api/alarms"]?.(call) ?? { body: null }),
  });
  await screen.findByText("The database does not answer.");
  broken = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByTestId("row-1");
});

test("columns are chosen, and the address holds the choice", async () => {
  openPage(<ActivePage />, server([alarm(1)]), { url: "/alarms/?hide=rule" });
  await screen.findByTestId("row-1");
  const heads = () => screen.getAllByRole("columnheader").map(({ textContent }) => textContent);
  expect(heads()).not.toContain("Alarm");
  await userEvent.click(screen.getByRole("button", { name: "Columns" }));
  await userEvent.click(screen.getByRole("menuitemcheckbox", { name: "State" }));
  expect(location.search).toBe("?hide=rule%2Cstate");
  await userEvent.click(screen.getByRole("menuitemcheckbox", { name: "Alarm" }));
  await userEvent.keyboard("{Escape}");
  expect(heads()).toContain("Alarm");
  expect(heads()).not.toContain("State");
});
