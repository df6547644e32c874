import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Toasts } from "@/components/toasts";
import { type Answers, openPage } from "@/lib/testing";
import { InventoryPage } from "./inventory-page";
import { device } from "./test-data";
import { TypesPage } from "./types-page";

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

const total = 450;
const all = Array.from({ length: total }, (_, index) => device(index + 1));

const server: Answers = {
  "GET /api/devices": ({ query }) => {
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit"));
    return { body: { items: all.slice(from, to), total, next_cursor: to < total ? String(to) : null } };
  },
  "GET /api/devices/facets": () => ({ body: { roles: ["server", "switch"], owners: ["Web"], tags: ["eu"] } }),
  "GET /api/rooms": () => ({ body: { items: [{ id: 1, code: "room-1", name: "Room 1" }] } }),
};
const page = (
  <>
    <InventoryPage />
    <Toasts />
  </>
);
const options = { signedIn: true, role: "site-manager", url: "/inventory/?site=s" };
const asked = (calls: ReturnType<typeof openPage>["calls"]) =>
  calls.findLast(({ path }) => path === "/api/devices")?.query;

test("search, filters and order are the address's and the server's; a page is fetched when its end is near", async () => {
  const { calls } = openPage(page, server, options);
  await screen.findByText("450 devices");
  await userEvent.keyboard("/");
  await userEvent.keyboard("SN17");
  await waitFor(() => expect(asked(calls)?.get("q")).toBe("SN17"));
  fireEvent.change(await screen.findByLabelText("Role"), { target: { value: "server" } });
  await userEvent.click(screen.getByRole("button", { name: "Power" }));
  await waitFor(() => expect(asked(calls)?.get("sort")).toBe("power"));
  await userEvent.click(screen.getByRole("button", { name: "Power" }));
  await waitFor(() => expect(asked(calls)?.get("sort")).toBe("-power"));
  expect(location.search).toBe("?site=s&q=SN17&role=server&sort=-power");
  expect(screen.getByRole("link", { name: "CSV" }).getAttribute("href")).toBe(
    "/api/devices.csv?site=s&q=SN17&role=server&sort=-power",
  );
  // Only what is in view is drawn, however long the list.
  expect(screen.getAllByRole("row").length).toBeLessThan(60);
  const host = screen.getByTestId("table-host");
  host.scrollTop = 40 * 195;
  fireEvent.scroll(host);
  await waitFor(() => expect(asked(calls)?.get("cursor")).toBe("200"));
});

test("a view is saved by name, shown again, and forgotten", async () => {
  openPage(page, server, { ...options, url: "/inventory/?site=s&role=switch&sort=-power" });
  await screen.findByText("450 devices");
  await userEvent.click(screen.getByRole("button", { name: "Views" }));
  await userEvent.click(await screen.findByText("Save this view …"));
  await userEvent.type(await screen.findByLabelText("Name"), "Switches");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await userEvent.click(await screen.findByRole("button", { name: "Switches" }));
  await userEvent.click(await screen.findByText("All devices"));
  expect(location.search).toBe("?site=s");
  await userEvent.click(await screen.findByRole("button", { name: "Views" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Switches" }));
  expect(location.search).toBe("?site=s&role=switch&sort=-power");
  await userEvent.click(await screen.findByRole("button", { name: "Switches" }));
  await userEvent.click(await screen.findByText("Forget “Switches”"));
  expect(JSON.parse(localStorage.getItem("inventory-views") ?? "")).toEqual([]);
});

test("many are changed at once, all or none; the refusal names the device, the toast takes all back", async () => {
  let refuse = true;
  const { calls } = openPage(
    page,
    {
      ...server,
      "POST /api/devices/bulk": () =>
        refuse
          ? {
              status: 400,
              body: { detail: "Must be a later day than 2026-01-01.", field: "/changes/1/set/warranty_until" },
            }
          : { body: { batch_id: 9, items: [] } },
      "POST /api/change-batches/9/undo": () => ({ body: {} }),
    },
    options,
  );
  await userEvent.click(await screen.findByLabelText("Choose srv-1"));
  await userEvent.click(screen.getByLabelText("Choose srv-2"));
  await userEvent.click(screen.getByRole("button", { name: "Edit or remove …" }));
  const drawer = await screen.findByRole("dialog", { name: "Edit 2 devices" });
  await userEvent.click(within(drawer).getByLabelText("Owner"));
  await userEvent.type(within(drawer).getByLabelText("New value of Owner"), "Web");
  await userEvent.click(within(drawer).getByLabelText("Tags"));
  await userEvent.type(within(drawer).getByLabelText("New value of Tags"), "eu, web");
  await userEvent.click(within(drawer).getByRole("button", { name: "Change 2 devices" }));
  await within(drawer).findByText("srv-2: Must be a later day than 2026-01-01.");
  refuse = false;
  await userEvent.click(within(drawer).getByRole("button", { name: "Change 2 devices" }));
  await screen.findByText("2 devices changed.");
  const set = { owner: "Web", tags: ["eu", "web"] };
  expect(calls.findLast(({ path }) => path === "/api/devices/bulk")?.body).toEqual({
    changes: [
      { id: 1, version: 1, set },
      { id: 2, version: 1, set },
    ],
  });
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await screen.findByText("It is undone.");
  expect(calls.some(({ path }) => path === "/api/change-batches/9/undo")).toBe(true);
});

const result = { rows: 3, created: 1, updated: 1, unchanged: 1, errors: [], batch_id: null };
const diff = [
  { line: 2, name: "srv-9", action: "create", changes: [{ field: "owner", before: null, after: "Web" }] },
  { line: 3, name: "srv-1", action: "update", changes: [{ field: "owner", before: "Data", after: "Web" }] },
];

test("CSV is tried first, then imported as a whole, and undone as a whole", async () => {
  const { calls } = openPage(
    page,
    {
      ...server,
      "POST /api/devices/import": ({ query }) => ({
        body: { ...result, diff, batch_id: query.get("dry_run") === "true" ? null : 31 },
      }),
      "POST /api/change-batches/31/undo": () => ({ body: {} }),
    },
    options,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Import CSV" }));
  const drawer = await screen.findByRole("dialog", { name: "Import devices" });
  const file = new File(["name,owner\r\nsrv-9,Web\r\n"], "devices.csv", { type: "text/csv" });
  await userEvent.upload(within(drawer).getByLabelText(/Choose a CSV file/), file);
  expect((await within(drawer).findByTestId("import-counts")).textContent).toBe(
    "3 rows: 1 would be created, 1 would be updated, 1 unchanged",
  );
  await within(drawer).findByText("srv-9");
  await userEvent.click(within(drawer).getByRole("button", { name: "Import 2 rows" }));
  await within(drawer).findByText("It is in the inventory, all of it.");
  const sent = calls.filter(({ path }) => path === "/api/devices/import");
  expect(sent.map(({ query, body }) => [query.get("dry_run"), body])).toEqual([
    ["true", "name,owner\r\nsrv-9,Web\r\n"],
    ["false", "name,owner\r\nsrv-9,Web\r\n"],
  ]);
  await userEvent.click(within(drawer).getByRole("button", { name: "Undo the import" }));
  await within(drawer).findByText("The import is undone: all is as it was before.");
});

test("rows that are wrong are named, and nothing can be imported", async () => {
  const errors = [{ line: 7, column: "ip", message: "“10.0.0.300” is no address." }];
  openPage(page, { ...server, "POST /api/devices/import": () => ({ body: { ...result, diff: [], errors } }) }, options);
  await userEvent.click(await screen.findByRole("button", { name: "Import CSV" }));
  const drawer = await screen.findByRole("dialog", { name: "Import devices" });
  await userEvent.upload(
    within(drawer).getByLabelText(/Choose a CSV file/),
    new File(["x"], "x.csv", { type: "text/csv" }),
  );
  const table = await within(drawer).findByRole("region", { name: "Rows that are wrong" });
  expect(within(table).getAllByRole("row")[1]?.textContent).toBe("7ip“10.0.0.300” is no address.");
  expect((within(drawer).getByRole("button", { name: "Import 2 rows" }) as HTMLButtonElement).disabled).toBe(true);
});

test("what was taken between trial and import is named, and nothing is imported", async () => {
  const errors = [{ line: 2, column: "u", message: "U 2 of rack A01 is taken by srv-7" }];
  const refused = { status: 422, body: { detail: "nothing was imported", rows: 3, errors } };
  openPage(
    page,
    {
      ...server,
      "POST /api/devices/import": ({ query }) =>
        query.get("dry_run") === "true" ? { body: { ...result, diff, batch_id: null } } : refused,
    },
    options,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Import CSV" }));
  const drawer = await screen.findByRole("dialog", { name: "Import devices" });
  await userEvent.upload(
    within(drawer).getByLabelText(/Choose a CSV file/),
    new File(["x"], "x.csv", { type: "text/csv" }),
  );
  await userEvent.click(await within(drawer).findByRole("button", { name: "Import 2 rows" }));
  const table = await within(drawer).findByRole("region", { name: "Rows that are wrong" });
  expect(within(table).getAllByRole("row")[1]?.textContent).toBe("2uU 2 of rack A01 is taken by srv-7");
  expect(within(drawer).queryByText("It is in the inventory, all of it.")).toBeNull();
});

test("nothing found, nothing there, and a server that fails each say so; an operator may only look", async () => {
  const empty = { "GET /api/devices": () => ({ body: { items: [], total: 0, next_cursor: null } }) };
  openPage(page, { ...server, ...empty }, { ...options, role: "operator", url: "/inventory/?site=s&q=zzz" });
  await screen.findByText("No device matches");
  expect(screen.queryByRole("button", { name: "Import CSV" })).toBeNull();
  openPage(page, { ...server, "GET /api/devices": () => ({ status: 503, body: { detail: "Too busy." } }) }, options);
  await screen.findByText("Too busy.");
});

test("device types come from YAML files, one by one; what is wrong is told with the file's name", async () => {
  const types = (
    <>
      <TypesPage />
      <Toasts />
    </>
  );
  const { calls } = openPage(
    types,
    {
      "POST /api/device-types/import": ({ body }) =>
        body === "good"
          ? { status: 201, body: { id: 1 } }
          : { status: 400, body: { detail: "Must be a number.", field: "/u_height" } },
    },
    { ...options, url: "/inventory/types/" },
  );
  await screen.findByText("There are no device types yet");
  await userEvent.upload(screen.getByLabelText("YAML files of device types"), [
    new File(["good"], "good.yaml"),
    new File(["bad"], "bad.yaml"),
  ]);
  await screen.findByText("bad.yaml: Must be a number. (/u_height)");
  await screen.findByText("1 device type imported.");
  expect(calls.filter(({ path }) => path.endsWith("/import"))).toHaveLength(2);
});
