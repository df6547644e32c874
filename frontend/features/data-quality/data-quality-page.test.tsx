import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { DiscoveredTopic } from "@/lib/api";
import { type Answers, openPage } from "@/lib/testing";
import { DataQualityPage } from "./data-quality-page";

afterEach(() => vi.unstubAllGlobals());

const topic: DiscoveredTopic = {
  ...{ topic: "dc/s/r/rack-A01/probe", first_seen: "2026-11-25T12:00:00Z", last_seen: "2026-11-25T12:10:00Z" },
  ...{ messages: 20, last_payload: '{"volts":230,"noise":1}' },
  guess: {
    ...{ name: "A01 probe", role: "sensor", room_id: 1, rack_id: 11, interval_s: 30 },
    sensors: [
      { field: "/volts", value: 230, name: "volts", kind: "line-voltage", unit: "V" },
      { field: "/noise", value: 1, name: "noise", kind: "noise", unit: "" },
    ],
  },
};

function server(more: Answers = {}): Answers {
  return {
    "GET /api/discovered-topics": () => ({ body: { items: [topic] } }),
    "GET /api/racks": () => ({ body: { items: [{ id: 11, name: "A01" }] } }),
    ...more,
  };
}

test("a topic is adopted as it was guessed and corrected, and what is wrong stands beside its field", async () => {
  let refuse = true;
  let account: object | null = null;
  const { calls } = openPage(
    <DataQualityPage />,
    server({
      "GET /api/devices/7/credentials": () => ({ body: { credentials: account, topics: [topic.topic] } }),
      "POST /api/devices/7/credentials": () => {
        account = { username: "device-7", topics: [topic.topic], issued_by: "you", issued_at: "", outdated: false };
        return { status: 201, body: { ...account, password: "s3cret" } };
      },
      "DELETE /api/devices/7/credentials": () => {
        account = null;
        return { status: 204, body: null };
      },
      "POST /api/discovered-topics/adopt": () =>
        refuse
          ? { status: 400, body: { detail: "may hold a-z, 0-9 and - only", field: "/sensors/0/kind" } }
          : { status: 201, body: { id: 7, name: "A01 probe" } },
    }),
    { role: "site-manager" },
  );
  await userEvent.click(await screen.findByRole("button", { name: `Adopt ${topic.topic}` }));
  const drawer = await screen.findByRole("dialog", { name: "Adopt a topic" });
  const form = within(drawer);
  await waitFor(() => expect((form.getByLabelText("Rack") as HTMLSelectElement).value).toBe("11"));
  await userEvent.click(form.getByLabelText("Make /volts a sensor"));
  await userEvent.clear(form.getByLabelText("Kind of /noise"));
  await userEvent.type(form.getByLabelText("Kind of /noise"), "Noise");
  await userEvent.click(form.getByRole("button", { name: "Adopt 1 sensor" }));
  const row = form.getByLabelText("Kind of /noise").closest("li") as HTMLElement;
  expect((await within(row).findByRole("alert")).textContent).toBe("may hold a-z, 0-9 and - only");
  refuse = false;
  await userEvent.click(form.getByRole("button", { name: "Adopt 1 sensor" }));
  expect((await form.findByRole("status")).textContent).toContain("It belongs to A01 probe now");
  expect(calls.findLast(({ method }) => method === "POST")?.body).toEqual({
    topic: topic.topic,
    device: { name: "A01 probe", role: "sensor", rack_id: 11 },
    sensors: [{ field: "/noise", name: "noise", kind: "Noise", unit: "", interval_s: 30 }],
  });

  // An account of its own, its password shown once; and taken away again.
  await userEvent.click(await form.findByRole("button", { name: "Issue an account" }));
  expect(await form.findByText("s3cret")).toBeTruthy();
  expect(form.getByText("device-7")).toBeTruthy();
  await userEvent.click(form.getByRole("button", { name: "Revoke" }));
  await userEvent.click(
    within(await screen.findByRole("dialog", { name: /^Revoke/ })).getByRole("button", { name: "Revoke" }),
  );
  await waitFor(() => expect(form.queryByText("s3cret")).toBeNull());
  expect(form.queryByText("device-7")).toBeNull();
});

test("who may not change devices is not offered it", async () => {
  openPage(<DataQualityPage />, server());
  expect(await screen.findByText(topic.topic)).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Adopt/ })).toBeNull();
});
