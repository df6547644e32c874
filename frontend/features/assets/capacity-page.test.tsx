import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Toasts } from "@/components/toasts";
import { type Answers, openPage } from "@/lib/testing";
import type { Trend } from "./capacity-api";
import { CapacityPage } from "./capacity-page";
import { aheadOf } from "./capacity-trends";
import { capacity } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

const dayMs = 86_400_000;
const day0 = Date.parse("2026-09-01T00:00:00Z");
const trend = (more: Partial<Trend["forecast"]> = {}): Trend => ({
  limit: 100,
  points: Array.from({ length: 10 }, (_, day): [number, number] => [day0 + day * dayMs, 50 + day]),
  forecast: { full_on: "2026-10-21", per_day: 1, r2: 0.98, basis: "A straight line through 10 days", ...more },
});
const over = capacity({ over: ["surviving-feed"], power_kw: { ...capacity().power_kw, surviving_feed: 9.1 } });

const server: Answers = {
  "GET /api/rooms": () => ({ body: { items: [{ id: 1, code: "room-1", name: "Room 1" }] } }),
  "GET /api/capacity": () => ({
    body: {
      server_time: new Date().toISOString(),
      site: capacity({ racks: 2, racks_over: 1, over: ["surviving-feed"] }),
      rooms: [{ room_id: 1, name: "Room 1", capacity: capacity({ racks: 2, racks_over: 1 }) }],
      rows: [{ room_id: 1, row: "A", capacity: capacity({ racks: 2 }) }],
      racks: [
        { rack_id: 1, name: "A01", room_id: 1, row: "A", capacity: capacity() },
        { rack_id: 2, name: "A02", room_id: 1, row: "A", capacity: over },
      ],
    },
  }),
  "GET /api/capacity/trend": () => ({
    body: {
      server_time: new Date().toISOString(),
      power_kw: trend(),
      u_used: trend({ full_on: null, per_day: null, r2: null, basis: "Two days at least are needed" }),
    },
  }),
};
const page = (
  <>
    <CapacityPage />
    <Toasts />
  </>
);
const options = { signedIn: true, role: "site-manager", url: "/capacity/?site=s" };

test("each room, row and rack with its bars; what is over capacity says so in words; when it is full", async () => {
  openPage(page, server, options);
  const table = await screen.findByRole("table", { name: "Capacity of racks, rows and rooms" });
  within(table).getByRole("img", { name: "Surviving feed: 9.10 / 8.00 kW, 9.10 on one feed, over capacity" });
  within(table).getByText("Row A");
  await screen.findByText("Full on 2026-10-21: +1.000 kW a day, r² 0.98");
  expect(screen.getAllByText("Two days at least are needed").length).toBeGreaterThan(0);
  await userEvent.click(screen.getByLabelText("Over capacity only"));
  expect(within(table).queryByText("A01")).toBeNull();
  expect(within(table).getByRole("link", { name: "A02" }).getAttribute("href")).toContain("rack=room-1.A02");
  expect(location.search).toBe("?site=s&over=1");
});

test("the line goes on as far as half of what was, and no further than when it is full", () => {
  const [, ahead] = aheadOf(trend());
  expect(ahead).toEqual([day0 + (9 + 7) * dayMs, 59 + 7]);
  const [, full] = aheadOf({ ...trend(), limit: 62 });
  expect(full).toEqual([day0 + (9 + 3) * dayMs, 62]);
  expect(aheadOf(trend({ per_day: null }))).toEqual([]);
});

const place = {
  ...{ score: 91.4, reasons: ["3.1 kW are left after it"] },
  racks: [
    { rack_id: 1, rack: "A01", room_id: 1, row: "A", slots: [{ u: 20, height_u: 2, face: "both", side: "full" }] },
  ],
};

test("where it fits: ranked with reasons, refused with reasons, reserved by a click and taken back", async () => {
  const { calls } = openPage(
    page,
    {
      ...server,
      "POST /api/capacity/fit": () => ({
        body: { places: [place], refused: [{ rack_id: 2, rack: "A02", room_id: 1, reason: "0.2 kW are left" }] },
      }),
      "POST /api/capacity/fit/reserve": () => ({ body: { batch_id: 12, reservations: [] } }),
      "POST /api/change-batches/12/undo": () => ({ body: {} }),
    },
    { ...options, url: "/capacity/?site=s&fit=1" },
  );
  const drawer = await screen.findByRole("dialog", { name: "Where does it fit?" });
  fireEvent.change(within(drawer).getByLabelText("Height, U"), { target: { value: "2" } });
  fireEvent.change(within(drawer).getByLabelText("Power of one, W"), { target: { value: "420" } });
  await userEvent.click(within(drawer).getByLabelText(/^Next to each other/));
  await userEvent.click(within(drawer).getByRole("button", { name: "Find places" }));
  const found = await within(drawer).findByTestId("fit-place");
  expect(found.textContent).toContain("A01 U 20 to 21");
  expect(found.textContent).toContain("3.1 kW are left after it");
  within(drawer).getByText("0.2 kW are left");
  const shape = { height_u: 2, width: "full", full_depth: true, power_w: 420 };
  expect(calls.findLast(({ path }) => path === "/api/capacity/fit")?.body).toEqual({
    ...{ ...shape, count: 1, contiguous: true, spread: false },
  });
  await userEvent.click(within(found).getByRole("button", { name: "Reserve" }));
  await userEvent.type(within(found).getByLabelText("For whom"), "Payments");
  await userEvent.click(within(found).getByRole("button", { name: "Reserve this place" }));
  await screen.findByText("Reserved for Payments in A01.");
  expect(calls.findLast(({ path }) => path.endsWith("/reserve"))?.body).toEqual({
    ...{ ...shape, owner: "Payments", racks: [{ rack_id: 1, slots: place.racks[0]?.slots }] },
  });
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await screen.findByText("It is undone.");
});

test("what the server finds wrong with the question stands beside its field; fitting nowhere says why", async () => {
  let answer: ReturnType<Answers[string]> = { status: 400, body: { detail: "At most 500.", field: "/count" } };
  openPage(page, { ...server, "POST /api/capacity/fit": () => answer }, { ...options, url: "/capacity/?site=s&fit=1" });
  const drawer = await screen.findByRole("dialog", { name: "Where does it fit?" });
  await userEvent.click(within(drawer).getByRole("button", { name: "Find places" }));
  await within(drawer).findByText("At most 500.");
  expect(within(drawer).getByLabelText("How many").getAttribute("aria-invalid")).toBe("true");
  answer = { body: { places: [], refused: [{ rack_id: 2, rack: "A02", room_id: 1, reason: "no U is free" }] } };
  await userEvent.click(within(drawer).getByRole("button", { name: "Find places" }));
  await within(drawer).findByText("It fits nowhere");
  expect(within(drawer).getByText("no U is free")).toBeTruthy();
});
