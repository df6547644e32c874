import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Notification, NotificationChannel, NotificationRoute } from "@/lib/api";
import { type Answers, openPage } from "@/lib/testing";
import { NotificationsPage } from "./notifications-page";

afterEach(() => vi.unstubAllGlobals());

const channel: NotificationChannel = {
  ...{ id: 1, version: 2, name: "On call", type: "email", addresses: ["a@example.com"] },
  ...{ url: null, signed: false, enabled: true },
};
const route: NotificationRoute = {
  ...{ id: 5, version: 1, name: "Escalation", channel_id: 1, severity_at_least: "major", systems: ["cooling"] },
  ...{ room_id: null, after_min: 15, repeat_min: 30, tell_cleared: true, enabled: true },
};
const dead: Notification = {
  ...{ id: 7, channel_id: 1, channel: "On call", state: "dead", subject: "Critical: inlet", alarms: 214 },
  ...{ created_at: "2026-11-25T12:00:00Z", due_at: "2026-11-25T12:00:00Z", sent_at: null, attempts: 5 },
  last_error: "550 no such user",
};

function server(channels: NotificationChannel[], more: Answers = {}): Answers {
  return {
    "GET /api/notification-channels": () => ({ body: { items: channels, smtp: true } }),
    "GET /api/notification-routes": () => ({ body: { items: channels.length ? [route] : [] } }),
    "GET /api/notifications": () => ({ body: { items: [dead] } }),
    ...more,
  };
}

test("who gets what is said in words", async () => {
  openPage(<NotificationsPage />, server([channel]));
  const row = (await screen.findByRole("button", { name: "Escalation" })).closest("tr") as HTMLElement;
  await waitFor(() => expect(row.textContent).toContain("On call"));
  expect(row.textContent).toContain("Majorand worse, cooling");
  expect(row.textContent).toContain("after 15 min without acknowledgement, again every 30 min, and when it clears");
});

test("a new channel; what the server finds wrong stands beside its field", async () => {
  const channels: NotificationChannel[] = [];
  const { calls } = openPage(
    <NotificationsPage />,
    server(channels, {
      "POST /api/notification-channels": ({ body }) => {
        const { addresses } = body as { addresses: string[] };
        if (!addresses.every((each) => each.includes("@"))) {
          return { status: 400, body: { detail: "Not an address.", field: "/addresses/1" } };
        }
        channels.push(channel);
        return { status: 201, body: channel };
      },
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "New channel" }));
  const dialog = await screen.findByRole("dialog", { name: "New channel" });
  await userEvent.type(within(dialog).getByLabelText("Name"), "On call");
  await userEvent.type(within(dialog).getByLabelText("Addresses"), "a@example.com, nobody");
  await userEvent.click(within(dialog).getByRole("button", { name: "Create channel" }));
  await within(dialog).findByText("Not an address.");
  await userEvent.type(within(dialog).getByLabelText("Addresses"), "@example.com");
  await userEvent.click(within(dialog).getByRole("button", { name: "Create channel" }));
  await screen.findByRole("button", { name: "On call" });
  expect(calls.filter(({ method }) => method === "POST").at(-1)?.body).toEqual({
    ...{ name: "On call", type: "email", enabled: true },
    addresses: ["a@example.com", "nobody@example.com"],
  });
});

test("what somebody else saved meanwhile is a choice", async () => {
  const theirs = { ...channel, version: 3, addresses: ["theirs@example.com"] };
  const channels = [channel];
  const { calls } = openPage(
    <NotificationsPage />,
    server(channels, {
      "PUT /api/notification-channels/1": ({ body }) => {
        if (channels[0] === theirs) return { body: { ...theirs, ...(body as object), version: 4 } };
        channels[0] = theirs;
        return { status: 409, body: { detail: "Somebody else has changed it." } };
      },
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "On call" }));
  const drawer = await screen.findByRole("dialog", { name: "On call" });
  await userEvent.type(within(drawer).getByLabelText("Addresses"), ", mine@example.com");
  await userEvent.click(within(drawer).getByRole("button", { name: "Save" }));
  await screen.findByText("It is now in version 3; you edited version 2.");
  await userEvent.click(screen.getByRole("button", { name: "Save mine over theirs" }));
  await screen.findByText("The channel is saved.");
  expect(calls.filter(({ method }) => method === "PUT").at(-1)?.body).toMatchObject({
    addresses: ["a@example.com", "mine@example.com"],
  });
});

test("what is unsaved is asked for before it is lost", async () => {
  openPage(<NotificationsPage />, server([channel]));
  await userEvent.click(await screen.findByRole("button", { name: "Escalation" }));
  const drawer = await screen.findByRole("dialog", { name: "Escalation" });
  await userEvent.type(within(drawer).getByLabelText("Name"), " of nights");
  await userEvent.click(within(drawer).getByRole("button", { name: "Cancel" }));
  await userEvent.click(await screen.findByRole("button", { name: "Go on editing" }));
  expect((within(drawer).getByLabelText("Name") as HTMLInputElement).value).toBe("Escalation of nights");
  await userEvent.keyboard("{Escape}");
  await userEvent.click(await screen.findByRole("button", { name: "Discard" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a test says how it went", async () => {
  const answer = { delivered: false, detail: "connection refused" };
  openPage(
    <NotificationsPage />,
    server([channel], { "POST /api/notification-channels/1/test": () => ({ body: answer }) }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Send a test" }));
  await screen.findByText("Not delivered: connection refused");
});

test("what could not be delivered is tried again on demand", async () => {
  const { calls } = openPage(
    <NotificationsPage />,
    server([channel], { "POST /api/notifications/7/retry": () => ({ body: { ...dead, state: "pending" } }) }),
  );
  await screen.findByText("550 no such user");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(calls.filter(({ path }) => path === "/api/notifications").length).toBeGreaterThan(1));
});

test("no mail server is told before somebody relies on it", async () => {
  openPage(
    <NotificationsPage />,
    server([channel], { "GET /api/notification-channels": () => ({ body: { items: [channel], smtp: false } }) }),
  );
  await screen.findByText("No mail server.");
});
