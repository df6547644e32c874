import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Toasts } from "@/components/toasts";
import { type Answers, openPage } from "@/lib/testing";
import type { Move, RackElevation } from "./assets-types";
import { RacksPage } from "./racks-page";
import { at, device, rackOf, reservation } from "./test-data";

afterEach(() => vi.unstubAllGlobals());

const good = { ok: true, text: "4.4 of 8 kW" };
const verdict = (id: number, more: object = {}) => ({
  ...{ id, ok: true, reasons: [], space: "ok", power: good, weight: good, feeds: good },
  ...more,
});

function server(racks: RackElevation[], more: Answers = {}): Answers {
  return {
    "GET /api/rooms": () => ({ body: { items: [{ id: 1, code: "room-1", name: "Room 1" }] } }),
    "GET /api/racks": () => ({
      body: { items: racks.map(({ id, name }) => ({ id, name, room_id: 1, height_u: 42, sensors: [] })) },
    }),
    "GET /api/rooms/1/plan": () => ({ body: { racks: racks.map(({ id, row }) => ({ id, row, placement: null })) } }),
    "GET /api/elevations": () => ({ body: { racks } }),
    ...Object.fromEntries(racks.map((rack) => [`GET /api/racks/${rack.id}`, () => ({ body: rack })])),
    "GET /api/devices/1": () => ({ body: device(1, { position: at(10, 2) }) }),
    "POST /api/devices/moves": ({ body }) => {
      const { moves, dry_run } = body as { moves: Move[]; dry_run: boolean };
      return {
        body: { verdicts: moves.map(({ id }) => verdict(id)), applied: !dry_run, batch_id: dry_run ? null : 77 },
      };
    },
    ...more,
  };
}

const page = (
  <>
    <RacksPage />
    <Toasts />
  </>
);
const standard = () => [
  rackOf(1, [device(1, { position: at(10, 2) }), device(2, { position: at(14, 1, { face: "front" }) })], {
    reservations: [reservation(5, { u: 30, height_u: 4 })],
  }),
  rackOf(2, [device(3, { rack_id: 2, position: at(10) })]),
];
const options = { signedIn: true, role: "site-manager", url: "/racks/?site=s&rack=room-1.A01" };
const cell = (name: string) => screen.findByLabelText(name);
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

test("both faces of a rack: what stands in it, what is kept, what is free", async () => {
  openPage(page, server(standard()), options);
  const front = await screen.findByRole("group", { name: "Rack A01, front" });
  const rear = screen.getByRole("group", { name: "Rack A01, rear" });
  within(front).getByRole("button", { name: /^srv-1, server, Nordwind R210, U 10 to 11, front and rear, ≈ 200 W/ });
  within(rear).getByRole("button", { name: /^srv-1,/ });
  expect(within(rear).queryByRole("button", { name: /^srv-2,/ })).toBeNull();
  within(rear).getByRole("button", { name: "U 14, rear: free" });
  within(front).getByRole("button", { name: "U 30 to 33 reserved for Payments" });
  expect(screen.getByTestId("rack-power").textContent).toBe("4.20 of 8.00 kW");
  expect(screen.getByTestId("rack-free").textContent).toBe("19 of 42 U");
});

test("arrows carry a device, the verdict comes at once, Enter drops it, and the toast takes it back", async () => {
  const { calls } = openPage(
    page,
    server(standard(), { "POST /api/change-batches/77/undo": () => ({ body: {} }) }),
    options,
  );
  const [srv] = await screen.findAllByLabelText(/^srv-1,/);
  srv?.focus();
  press("m");
  for (const _ of [1, 2, 3]) press("ArrowUp");
  expect((await screen.findByTestId("verdict")).textContent).toBe("U 14 of rack A01, front, is taken by srv-2");
  press("Enter");
  expect(calls.some(({ path }) => path === "/api/devices/moves")).toBe(false);
  press("ArrowUp");
  press("ArrowUp");
  await waitFor(() => expect(screen.getByTestId("verdict").textContent).toMatch(/^Fits/));
  press("Enter");
  await screen.findByText("srv-1 is now in A01, U 15 to 16, front and rear.");
  expect(calls.findLast(({ path }) => path === "/api/devices/moves")?.body).toEqual({
    ...{ dry_run: false, moves: [{ id: 1, version: 1, rack_id: 1, position: at(15, 2) }] },
  });
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await screen.findByText("It is undone.");
  expect(calls.some(({ path }) => path === "/api/change-batches/77/undo")).toBe(true);
});

test("Escape puts back what is held; what is too heavy is said but may stand there", async () => {
  const heavy = {
    "POST /api/devices/moves": () => ({
      body: { verdicts: [verdict(1, { weight: { ok: false, text: "1,040 of 1,000 kg" } })], applied: false },
    }),
  };
  const { calls } = openPage(page, server(standard(), heavy), options);
  const [srv] = await screen.findAllByLabelText(/^srv-1,/);
  srv?.focus();
  press("m");
  press("ArrowDown");
  await waitFor(() => expect(screen.getByTestId("verdict").textContent).toBe("Space is free, but 1,040 of 1,000 kg"));
  press("Escape");
  expect(screen.queryByTestId("verdict")).toBeNull();
  expect(calls.filter(({ path }) => path === "/api/devices/moves")).toHaveLength(1);
});

test("several are chosen and moved to the next rack together", async () => {
  const { calls } = openPage(page, server(standard()), { ...options, url: "/racks/?site=s&room=room-1" });
  const front = await screen.findByRole("group", { name: "Rack A01, front" });
  fireEvent.click(within(front).getByLabelText(/^srv-1,/), { ctrlKey: true });
  fireEvent.click(within(front).getByLabelText(/^srv-2,/), { ctrlKey: true });
  await screen.findByText("2 chosen");
  await userEvent.click(screen.getByRole("button", { name: "Move" }));
  press("ArrowRight");
  expect((await screen.findByTestId("verdict")).textContent).toMatch(/U 10 of rack A02, .*taken by srv-3/);
  press("ArrowUp");
  await waitFor(() => expect(screen.getByTestId("verdict").textContent).toMatch(/^Fits/));
  press("Enter");
  await screen.findByText(/^2 devices are moved/);
  const sent = calls.findLast(({ path }) => path === "/api/devices/moves")?.body as { moves: Move[] } | undefined;
  expect(sent?.moves.map(({ rack_id, position }) => [rack_id, position])).toEqual([
    [2, at(11, 2)],
    [2, at(15, 1, { face: "front" })],
  ]);
});

test("a free U: add a device there; what the server refuses stands beside its field", async () => {
  const taken = { detail: "The serial SN1 is srv-1's.", field: "/serial" };
  const { calls } = openPage(
    page,
    server(standard(), { "POST /api/devices": () => ({ status: 409, body: taken }) }),
    options,
  );
  fireEvent.click(await cell("U 20, front: free"));
  await userEvent.click(await screen.findByText("Add a device"));
  const drawer = await screen.findByRole("dialog", { name: "New device" });
  await userEvent.type(within(drawer).getByLabelText("Name"), "srv-9");
  await userEvent.type(within(drawer).getByLabelText("Serial number"), "SN1");
  await userEvent.click(within(drawer).getByRole("button", { name: "Create device" }));
  await within(drawer).findByText("The serial SN1 is srv-1's.");
  expect(within(drawer).getByLabelText("Serial number").getAttribute("aria-invalid")).toBe("true");
  expect(calls.findLast(({ method }) => method === "POST")?.body).toEqual({
    ...{ name: "srv-9", role: "server", status: "active", serial: "SN1", rack_id: 1 },
    position: at(20, 1, { face: "front" }),
  });
});

test("U are reserved with owner and end; one that is taken is refused before it is sent", async () => {
  const { calls } = openPage(
    page,
    server(standard(), { "POST /api/racks/1/reservations": () => ({ body: reservation(6, { u: 20 }) }) }),
    options,
  );
  fireEvent.click(await cell("U 20, front: free"));
  await userEvent.click(await screen.findByText("Reserve"));
  const dialog = await screen.findByRole("dialog", { name: "Reserve U in A01" });
  fireEvent.change(within(dialog).getByLabelText("Height, U"), { target: { value: "12" } });
  await within(dialog).findByText("U 30 to 31 of rack A01, front and rear, is reserved for Payments");
  fireEvent.change(within(dialog).getByLabelText("Height, U"), { target: { value: "2" } });
  await userEvent.type(within(dialog).getByLabelText("Owner"), "Payments");
  fireEvent.change(within(dialog).getByLabelText("Until"), { target: { value: "2026-12-24" } });
  await userEvent.click(within(dialog).getByRole("button", { name: "Reserve" }));
  await screen.findByText("U 20 to 21 of A01 is reserved.");
  expect(calls.findLast(({ method }) => method === "POST")?.body).toEqual({
    ...{ u: 20, height_u: 2, face: "both", side: "full", kind: "reserved", owner: "Payments" },
    expires_at: "2026-12-24T23:59:00.000Z",
  });
});

test("somebody else has saved the device: a choice, and only what was changed is sent over it", async () => {
  let version = 2;
  const { calls } = openPage(
    page,
    server(standard(), {
      "GET /api/devices/1": () => ({
        body: device(1, { version: calls?.some(({ method }) => method === "PATCH") ? version : 1 }),
      }),
      "PATCH /api/devices/1": ({ ifMatch }) =>
        ifMatch === `"${version}"`
          ? { body: device(1, { version: ++version }) }
          : { status: 409, body: { detail: "It was changed." } },
    }),
    { ...options, url: `${options.url}&device=1` },
  );
  const drawer = await screen.findByRole("dialog", { name: "srv-1" });
  await userEvent.type(within(drawer).getByLabelText("Owner"), "Payments");
  await userEvent.click(within(drawer).getByRole("button", { name: "Save" }));
  await userEvent.click(await screen.findByRole("button", { name: "Save mine over theirs" }));
  await screen.findByText("srv-1 is saved.");
  const last = calls.findLast(({ method }) => method === "PATCH");
  expect([last?.ifMatch, last?.body]).toEqual(['"2"', { owner: "Payments" }]);
});

test("the limits of a rack are saved over the version that was read; what is refused stands beside its field", async () => {
  let refuse = true;
  const { calls } = openPage(
    page,
    server(standard(), {
      "PATCH /api/racks/1": () =>
        refuse
          ? { status: 409, body: { detail: "srv-2 stands in U 14.", field: "/height_u" } }
          : { body: rackOf(1, [], { version: 2 }) },
    }),
    { ...options, url: `${options.url}&limits=1` },
  );
  const drawer = await screen.findByRole("dialog", { name: "Rack A01" });
  fireEvent.change(within(drawer).getByLabelText("Height, U"), { target: { value: "12" } });
  await userEvent.click(within(drawer).getByRole("button", { name: "Save" }));
  await within(drawer).findByText("srv-2 stands in U 14.");
  refuse = false;
  fireEvent.change(within(drawer).getByLabelText("Height, U"), { target: { value: "42" } });
  fireEvent.change(within(drawer).getByLabelText("Weight limit, kg"), { target: { value: "" } });
  await userEvent.click(within(drawer).getByRole("button", { name: "Save" }));
  await screen.findByText("The limits of A01 are saved.");
  const sent = calls.filter(({ method }) => method === "PATCH");
  expect(sent.map(({ ifMatch, body }) => [ifMatch, body])).toEqual([
    ['"1"', { height_u: 12 }],
    ['"1"', { weight_limit_kg: null }],
  ]);
});

test("who may only look is offered no change", async () => {
  openPage(page, server(standard()), { ...options, role: "operator", url: `${options.url}&device=1` });
  const drawer = await screen.findByRole("dialog", { name: "srv-1" });
  expect((within(drawer).getByLabelText("Name") as HTMLInputElement).matches(":disabled")).toBe(true);
  expect(within(drawer).queryByRole("button", { name: "Save" })?.closest(".hidden")).toBeTruthy();
  await userEvent.click(within(drawer).getByRole("button", { name: "Close" }));
  fireEvent.click(await cell("U 20, front: free"));
  expect(screen.queryByRole("button", { name: "Add a device" })).toBeNull();
});

test("a rack that is not there, an empty room, and a server that fails each say so", async () => {
  openPage(page, server(standard()), { ...options, url: "/racks/?rack=room-1.Z99" });
  await screen.findByText("There is no rack “room-1.Z99”");
  openPage(
    page,
    { ...server([]), "GET /api/elevations": () => ({ status: 500, body: { detail: "Broken." } }) },
    { ...options, url: "/racks/" },
  );
  await screen.findByText("Broken.");
});

test("a large hall is asked for a row at a time, the first one first", async () => {
  const hall = Array.from({ length: 201 }, (_, index) => {
    const [row, at] = index < 150 ? ["A", index + 1] : ["B", index - 149];
    return rackOf(index + 1, [], { name: `${row}${at}`, row, height_u: 2 });
  });
  const asked: string[] = [];
  openPage(page, {
    ...server(hall),
    "GET /api/elevations": ({ query }) => {
      const racks = query.get("racks")?.split(",") ?? [];
      asked.push(`${racks.length} from ${racks[0]}`);
      return { body: { racks: hall.filter(({ id }) => racks.includes(String(id))) } };
    },
  });
  expect(await screen.findByRole("group", { name: "Rack A1, front" })).toBeTruthy();
  expect(screen.queryByRole("option", { name: "All rows" })).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText("Row"), "Row B");
  expect(await screen.findByRole("group", { name: "Rack B1, front" })).toBeTruthy();
  expect(asked).toEqual(["150 from 1", "51 from 151"]);
});

test("pictures of device types are shown on demand, each face its own, and a rear-mounted device turns its front there", async () => {
  const racks = [rackOf(1, [device(1, { position: at(10, 2) }), device(2, { position: at(14, 1, { face: "rear" }) })])];
  const type = racks[0]?.devices[0]?.device_type?.id;
  const images = { front: "f1", rear: "r1" };
  openPage(page, server(racks, { "GET /api/device-types": () => ({ body: { items: [{ id: type, images }] } }) }), {
    ...options,
  });
  const button = await screen.findByRole("button", { name: "Pictures" });
  await screen.findByRole("group", { name: "Rack A01, front" });
  const shownBy = (view: string) =>
    [...screen.getByRole("group", { name: `Rack A01, ${view}` }).querySelectorAll("image")].map((each) =>
      each.getAttribute("href"),
    );
  expect(shownBy("front")).toEqual([]);
  await userEvent.click(button);
  await waitFor(() => expect(shownBy("front")).toEqual([`/api/device-types/${type}/images/front?v=f1`]));
  expect(shownBy("rear")).toEqual([
    `/api/device-types/${type}/images/rear?v=r1`,
    `/api/device-types/${type}/images/front?v=f1`,
  ]);
  expect(button.getAttribute("aria-pressed")).toBe("true");
});
