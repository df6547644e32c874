// Real answers of the real server, held against api/openapi.yaml.
import { type APIRequestContext, expect, request as requests } from "@playwright/test";
import { type Case, contract, hold } from "./contract";
import { powerCases } from "./contract-power";
import { publish, reading, signedIn, test } from "./support";

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const rule = { name: "By contract", type: "limits", kind: "inlet-temperature", dead_band: 1 };
const levels = [{ when: "above", limit: 29, severity: "minor" }];

/** An alarm of the demo site; raised for this when there is none yet. */
async function someAlarm(api: APIRequestContext) {
  const find = async () => (await (await api.get("/api/alarms?site=demo&state=all&limit=1")).json()).items[0]?.id;
  if (!(await find())) publish("dc/demo/room-1/rack-A09/temperature", reading(29, "°C"));
  await expect.poll(find).toBeDefined();
  return (await find()) as number;
}

async function alarmCases(api: APIRequestContext, token: string, sensor: number): Promise<Case[]> {
  const alarm = await someAlarm(api);
  const made = await api.post("/api/alarm-rules?site=demo", {
    data: { ...rule, levels, scope: { sensor_id: sensor } },
    headers: { "X-CSRF-Token": token },
  });
  const { id, version } = await made.json();
  const one = { path: "/api/alarms/{id}", url: `/api/alarms/${alarm}?site=demo` };
  const ruled = { path: "/api/alarm-rules/{id}", url: `/api/alarm-rules/${id}?site=demo` };
  const rules = { path: "/api/alarm-rules", url: "/api/alarm-rules?site=demo" };
  const changed = { ...rule, levels, scope: { sensor_id: sensor }, name: "Changed" };
  const act = (what: string) => ({
    path: `/api/alarms/{id}/${what}`,
    url: `/api/alarms/${alarm}/${what}?site=demo`,
    method: "post" as const,
  });
  return [
    { path: "/api/alarms", url: "/api/alarms?site=demo&state=all&order=severity&severity=minor,critical", status: 200 },
    { path: "/api/alarms", url: "/api/alarms?site=demo&state=over", status: 400, field: "state" },
    { path: "/api/alarms.csv", url: "/api/alarms.csv?site=demo&state=all", status: 200 },
    { path: "/api/alarms/counts", url: "/api/alarms/counts?site=demo", status: 200 },
    { ...one, status: 200 },
    { path: "/api/alarms/{id}", url: "/api/alarms/999999?site=demo", status: 404 },
    { ...act("notes"), data: { note: "by contract" }, status: 200 },
    { ...act("notes"), data: { note: "" }, status: 400, field: "/note" },
    { ...act("reset"), status: 409 },
    {
      ...{ path: "/api/alarms/acknowledge", url: "/api/alarms/acknowledge?site=demo" },
      ...{ method: "post", data: { ids: [alarm], note: "seen" }, status: 200 },
    },
    { ...rules, status: 200 },
    { ...rules, method: "post", data: changed, status: 409 },
    { ...rules, method: "post", data: { ...changed, levels: [] }, status: 400, field: "/levels" },
    { path: "/api/sensors/{id}/alarm-rules", url: `/api/sensors/${sensor}/alarm-rules`, status: 200 },
    { ...ruled, status: 200 },
    { ...ruled, method: "put", data: changed, version, status: 200 },
    { ...ruled, method: "put", data: changed, version, status: 409 },
    {
      ...{ path: "/api/alarm-rules/test", url: "/api/alarm-rules/test?site=demo" },
      ...{ method: "post", data: { rule: changed }, status: 200 },
    },
    { ...ruled, method: "delete", version: version + 1, status: 204 },
  ];
}

async function notificationCases(api: APIRequestContext, token: string): Promise<Case[]> {
  const headers = { "X-CSRF-Token": token };
  const channel = {
    name: "By contract",
    type: "webhook",
    url: "http://127.0.0.1:9/hook",
    secret: "sixteen letters or more",
  };
  const first = await (await api.post("/api/notification-channels?site=demo", { data: channel, headers })).json();
  const route = {
    name: "By contract",
    channel_id: first.id,
    severity_at_least: "critical",
    after_min: 5,
    repeat_min: 10,
  };
  const second = await (await api.post("/api/notification-routes?site=demo", { data: route, headers })).json();
  const channels = { path: "/api/notification-channels", url: "/api/notification-channels?site=demo" };
  const routes = { path: "/api/notification-routes", url: "/api/notification-routes?site=demo" };
  const oneChannel = {
    path: "/api/notification-channels/{id}",
    url: `/api/notification-channels/${first.id}?site=demo`,
  };
  const oneRoute = { path: "/api/notification-routes/{id}", url: `/api/notification-routes/${second.id}?site=demo` };
  return [
    { ...channels, status: 200 },
    { ...channels, method: "post", data: { ...channel, name: "Another" }, status: 201 },
    { ...channels, method: "post", data: { ...channel, url: "ftp://x" }, status: 400, field: "/url" },
    { ...oneChannel, method: "put", data: { ...channel, enabled: false }, version: first.version, status: 200 },
    { ...oneChannel, method: "put", data: channel, version: first.version, status: 409 },
    {
      path: "/api/notification-channels/{id}/test",
      url: `/api/notification-channels/${first.id}/test?site=demo`,
      ...{ method: "post", status: 200 },
    },
    { ...routes, status: 200 },
    { ...routes, method: "post", data: { ...route, name: "Another" }, status: 201 },
    { ...routes, method: "post", data: { ...route, channel_id: 999999 }, status: 400, field: "/channel_id" },
    { ...oneRoute, method: "put", data: { ...route, after_min: 0 }, version: second.version, status: 200 },
    { ...oneChannel, method: "delete", version: first.version + 1, status: 409 },
    { ...oneRoute, method: "delete", version: second.version + 1, status: 204 },
    { path: "/api/notifications", url: "/api/notifications?site=demo&state=sent", status: 200 },
    { path: "/api/notifications", url: "/api/notifications?site=demo&state=lost", status: 400, field: "state" },
    {
      path: "/api/notifications/{id}/retry",
      url: "/api/notifications/999999/retry?site=demo",
      ...{ method: "post", status: 404 },
    },
  ];
}

/** A room of its own: drawn by its document, then edited. */
async function roomCases(api: APIRequestContext, token: string): Promise<Case[]> {
  const place = (x_m: number) => ({ x_m, y_m: 2, rotation_deg: 0, width_m: 0.6, depth_m: 1.2 });
  const document = {
    site: { code: "drawn", name: "Drawn", time_zone: "UTC" },
    rooms: [
      {
        ...{ code: "r", name: "R", plan: { width_m: 6, depth_m: 5 } },
        racks: [{ name: "A01", row: "A", placement: place(2) }, { name: "A02" }],
      },
    ],
  };
  const headers = { "X-CSRF-Token": token };
  expect((await api.post("/api/sites/import", { data: document, headers })).status()).toBe(200);
  const { id } = (await (await api.get("/api/rooms?site=drawn")).json()).items[0];
  const plan = { path: "/api/rooms/{id}/plan", url: `/api/rooms/${id}/plan` };
  const state = { path: "/api/rooms/{id}/state", url: `/api/rooms/${id}/state` };
  const timeline = { path: "/api/rooms/{id}/timeline", url: `/api/rooms/${id}/timeline` };
  const read = await (await api.get(plan.url)).json();
  const [first, second] = read.racks.map((rack: { id: number }) => rack.id);
  const drawn = (x: number) => ({
    ...{ width_m: 6, depth_m: 5, ashrae_class: "A2", units: [] },
    aisles: [{ name: "Cold", type: "cold", x_m: 3, y_m: 3.2, width_m: 2, depth_m: 1.2 }],
    racks: [
      { id: first, row: "A", placement: place(2) },
      { id: second, placement: place(x) },
    ],
  });
  const field = "/racks/1/placement";
  return [
    { ...plan, status: 200 },
    { ...plan, url: `${plan.url}?at=2020-01-01T00:00:00Z`, status: 200 },
    { ...plan, url: `${plan.url}?at=then`, status: 400, field: "at" },
    { path: plan.path, url: "/api/rooms/999999/plan", status: 404 },
    { ...plan, method: "put", data: drawn(2.5), version: read.version, status: 400, field },
    { ...plan, method: "put", data: drawn(2.6), version: read.version, status: 200 },
    { ...plan, method: "put", data: drawn(2.6), version: read.version, status: 409 },
    { ...state, url: `${state.url}?at=2020-01-01T00:00:00Z`, status: 200 },
    { ...state, status: 400, field: "at" },
    { ...timeline, status: 200 },
    { ...timeline, url: `${timeline.url}?from=2020-01-01T00:00:00Z`, status: 400, field: "from" },
  ];
}

/** Devices, their types and what is kept free, in a rack of a site of its own. */
async function assetCases(api: APIRequestContext, token: string): Promise<Case[]> {
  const headers = { "X-CSRF-Token": token };
  const document = {
    site: { code: "catalogue", name: "Catalogue", time_zone: "UTC" },
    rooms: [{ code: "r", name: "R", racks: [{ name: "A01" }] }],
  };
  expect((await api.post("/api/sites/import", { data: document, headers })).status()).toBe(200);
  const rack = (await (await api.get("/api/racks?site=catalogue")).json()).items[0].id;
  const made = async (url: string, data: unknown) => (await api.post(url, { data, headers })).json();
  const kind = { manufacturer: "Contract", model: "2U", height_u: 2, power_typical_w: 300 };
  const type = await made("/api/device-types", kind);
  const place = (u: number) => ({ device_type_id: type.id, rack_id: rack, position: { u } });
  const first = await made("/api/devices?site=catalogue", { name: "srv-1", ...place(1), serial: "S1", tags: ["web"] });
  const owned = await api.patch(`/api/devices/${first.id}`, {
    data: { owner: "Web" },
    headers: { ...headers, "If-Match": '"1"' },
  });
  const change = owned.headers()["x-change-id"];
  const bulk = { path: "/api/devices/bulk", url: "/api/devices/bulk?site=catalogue", method: "post" as const };
  const batch = (await made(bulk.url, { create: [{ name: "srv-8", role: "server" }] })).batch_id;
  const moves = { path: "/api/devices/moves", url: "/api/devices/moves?site=catalogue", method: "post" as const };
  const move = (u: number) => ({
    moves: [{ id: first.id, version: 2, rack_id: rack, position: { u } }],
    dry_run: true,
  });
  const csv = {
    ...{ path: "/api/devices/import", url: "/api/devices/import?site=catalogue&dry_run=true" },
    ...{ method: "post" as const, type: "text/csv" },
  };
  const undo = (what: string, id: unknown) => ({
    ...{ path: `/api/${what}/{id}/undo`, url: `/api/${what}/${id}/undo?site=catalogue`, method: "post" as const },
  });
  const yaml = { path: "/api/device-types/import", method: "post" as const, type: "text/yaml" };
  const reserved = await made(`/api/racks/${rack}/reservations`, { u: 40, owner: "Web" });
  const types = { path: "/api/device-types" };
  const oneType = { path: "/api/device-types/{id}", url: `/api/device-types/${type.id}` };
  const image = (face: string) => ({
    path: `/api/device-types/{id}/images/${face}`,
    url: `/api/device-types/${type.id}/images/${face}`,
  });
  const devices = { path: "/api/devices", url: "/api/devices?site=catalogue" };
  const device = { path: "/api/devices/{id}", url: `/api/devices/${first.id}` };
  const oneRack = { path: "/api/racks/{id}", url: `/api/racks/${rack}` };
  const reserve = {
    path: "/api/racks/{id}/reservations",
    url: `/api/racks/${rack}/reservations`,
    method: "post" as const,
  };
  const fits = { path: "/api/capacity/fit", url: "/api/capacity/fit?site=catalogue", method: "post" as const };
  const keeps = {
    path: "/api/capacity/fit/reserve",
    url: "/api/capacity/fit/reserve?site=catalogue",
    method: "post" as const,
  };
  const position = "/position";
  return [
    { ...types, status: 200 },
    { ...types, method: "post", data: { ...kind, model: "4U", width: "half", airflow: "passive" }, status: 201 },
    { ...types, method: "post", data: kind, status: 409, field: "/model" },
    { ...types, method: "post", data: { manufacturer: "X" }, status: 400, field: "/model" },
    { ...oneType, status: 200 },
    { ...oneType, method: "patch", data: { weight_kg: 20 }, version: 1, status: 200 },
    { ...oneType, method: "delete", version: 2, status: 409 },
    { ...image("front"), method: "put", data: pixel, type: "image/png", status: 200 },
    { ...image("rear"), method: "put", data: Buffer.from("GIF89a"), type: "image/gif", status: 400 },
    { ...image("front"), status: 200 },
    { ...image("rear"), status: 404 },
    { ...image("front"), method: "delete", status: 204 },
    { ...image("front"), method: "delete", status: 404 },
    { ...devices, url: `${devices.url}&q=s1&sort=-power&limit=1`, status: 200 },
    { ...devices, url: `${devices.url}&sort=colour`, status: 400, field: "sort" },
    { ...devices, method: "post", data: { name: "srv-2", ...place(2) }, status: 409, field: position },
    { ...devices, method: "post", data: { name: "srv-2", ...place(3) }, status: 201 },
    { path: "/api/devices/facets", url: "/api/devices/facets?site=catalogue", status: 200 },
    { ...device, status: 200 },
    { ...device, method: "patch", data: { position: { u: 42 } }, version: 2, status: 400, field: "/position/u" },
    { ...device, method: "patch", data: { notes: "Web" }, version: 1, status: 409 },
    { ...moves, data: move(20), status: 200 },
    { ...moves, data: move(3), status: 200 },
    { ...moves, data: { ...move(3), dry_run: false }, status: 409, field: "/moves/0/position" },
    { ...moves, data: { moves: [] }, status: 400, field: "/moves" },
    {
      ...bulk,
      data: { changes: [{ id: first.id, version: 2, set: { ip: "x" } }] },
      status: 400,
      field: "/changes/0/set/ip",
    },
    { ...bulk, data: { changes: [{ id: first.id, version: 2, set: { ip: "10.0.0.1" } }] }, status: 200 },
    { path: "/api/devices.csv", url: "/api/devices.csv?site=catalogue&q=srv", status: 200 },
    { ...csv, data: "name,ip\nsrv-1,10.0.0.2\nsrv-9,\n", status: 200 },
    { ...csv, data: "name,ip\nsrv-1,nowhere\n", status: 200 },
    { ...csv, url: "/api/devices/import?site=catalogue", data: "name,ip\nsrv-1,nowhere\n", status: 422 },
    { ...csv, data: "name,colour\n", status: 400, field: "colour" },
    { path: "/api/devices/{id}/history", url: `/api/devices/${first.id}/history`, status: 200 },
    { path: "/api/racks/{id}/history", url: `/api/racks/${rack}/history`, status: 200 },
    { ...undo("changes", change), status: 200 },
    { ...undo("changes", change), status: 409 },
    { ...undo("change-batches", batch), status: 200 },
    { ...undo("change-batches", 999999), status: 404 },
    { ...yaml, data: "manufacturer: Contract\nmodel: Y1\nu_height: 1\nweight: 20\nweight_unit: lb\n", status: 201 },
    { ...yaml, data: "manufacturer: Contract\n", status: 400, field: "/model" },
    { ...reserve, data: { u: 41, kind: "blocked" }, status: 201 },
    { ...reserve, data: { u: 1, owner: "Web" }, status: 409, field: "/u" },
    { ...oneRack, status: 200 },
    { ...oneRack, method: "patch", data: { weight_limit_kg: 900 }, version: 1, status: 200 },
    { ...oneRack, method: "patch", data: { height_u: 40 }, version: 2, status: 409, field: "/height_u" },
    { path: "/api/elevations", url: "/api/elevations?site=catalogue", status: 200 },
    { path: "/api/capacity", url: "/api/capacity?site=catalogue", status: 200 },
    { path: "/api/capacity/trend", url: "/api/capacity/trend?site=catalogue&days=30", status: 200 },
    { path: "/api/capacity/trend", url: "/api/capacity/trend?site=catalogue&days=0", status: 400, field: "days" },
    { ...fits, data: { device_type_id: type.id, count: 3 }, status: 200 },
    { ...fits, data: { height_u: 99 }, status: 200 },
    { ...fits, data: { height_u: 1, feeds: "C" }, status: 400, field: "/feeds" },
    { ...keeps, data: { height_u: 1, owner: "Web", racks: [{ rack_id: rack, slots: [{ u: 20 }] }] }, status: 201 },
    { ...keeps, data: { height_u: 2, owner: "Web", racks: [{ rack_id: rack, slots: [{ u: 19 }] }] }, status: 409 },
    {
      ...{ path: "/api/reservations/{id}", url: `/api/reservations/${reserved.id}` },
      ...{ method: "delete", status: 204 },
    },
    { ...device, method: "delete", status: 204 },
    { ...device, status: 404 },
  ];
}

/** A topic that nobody listens to, and the account of the device that it becomes. */
async function onboardingCases(api: APIRequestContext): Promise<Case[]> {
  const topic = "dc/catalogue/r/rack-A01/contract";
  publish(topic, reading(1, "V"));
  const discovered = async () => (await (await api.get("/api/discovered-topics?site=catalogue")).json()).items;
  await expect.poll(async () => (await discovered()).map((item: { topic: string }) => item.topic)).toContain(topic);
  const device = (await (await api.get("/api/devices?site=demo&q=A01%20PDU")).json()).items[0].id;
  const adopt = {
    path: "/api/discovered-topics/adopt",
    url: "/api/discovered-topics/adopt?site=catalogue",
    method: "post" as const,
  };
  const account = { path: "/api/devices/{id}/credentials", url: `/api/devices/${device}/credentials` };
  const sensors = [{ field: "/value", name: "by contract", kind: "line-voltage", unit: "V" }];
  return [
    { path: "/api/discovered-topics", url: "/api/discovered-topics?site=catalogue", status: 200 },
    { ...adopt, data: { topic, sensors: [], device: { name: "x" } }, status: 400, field: "/sensors" },
    { ...adopt, data: { topic, sensors, device: { name: "By contract", role: "sensor" } }, status: 201 },
    { ...account, status: 200 },
    { ...account, method: "delete", status: 404 },
    { ...account, method: "post", status: 201 },
    { ...account, status: 200 },
    { ...account, method: "post", status: 200 },
    { ...account, method: "delete", status: 204 },
  ];
}

test("every path answers as the contract says", async ({ baseURL }) => {
  const { api, token } = await signedIn(baseURL, "admin");
  const sensor = (await (await api.get("/api/sensors?site=demo&kind=inlet-temperature")).json()).items[0].id;
  const room = (await (await api.get("/api/rooms?site=demo")).json()).items[0].id;
  const document = {
    site: { code: "contract", name: "Contract", time_zone: "UTC" },
    rooms: [{ code: "r", name: "R" }],
  };
  const cases: Case[] = [
    { path: "/api/auth/me", status: 200 },
    { path: "/api/sites", status: 200 },
    { path: "/api/rooms", url: "/api/rooms?site=demo", status: 200 },
    { path: "/api/racks", url: `/api/racks?site=demo&room=${room}`, status: 200 },
    { path: "/api/sensors", url: "/api/sensors?site=demo&kind=rack-power", status: 200 },
    { path: "/api/sensors/{id}", url: `/api/sensors/${sensor}`, status: 200 },
    { path: "/api/sensors/{id}/readings", url: `/api/sensors/${sensor}/readings`, status: 200 },
    { path: "/api/sensors/{id}/readings", url: `/api/sensors/${sensor}/readings?interval=raw`, status: 200 },
    { path: "/api/sensors/{id}/readings", url: `/api/sensors/${sensor}/readings?interval=1h`, status: 200 },
    { path: "/api/sensors/{id}/readings.csv", url: `/api/sensors/${sensor}/readings.csv`, status: 200 },
    { path: "/api/readings", url: `/api/readings?site=demo&sensors=${sensor}`, status: 200 },
    { path: "/api/readings", url: "/api/readings?site=demo&kind=rack-power&combine=sum", status: 200 },
    { path: "/api/latest", url: "/api/latest?site=demo", status: 200 },
    { path: "/api/overview", url: "/api/overview?site=demo", status: 200 },
    { path: "/api/overview/trends", url: "/api/overview/trends?site=demo&hours=6", status: 200 },
    { path: "/api/overview/trends", url: "/api/overview/trends?site=demo&hours=169", status: 400, field: "hours" },
    { path: "/api/environment", url: "/api/environment?site=demo", status: 200 },
    { path: "/api/environment", url: "/api/environment?site=demo&room=999999", status: 404, field: "room" },
    { path: "/api/environment/compliance", url: `/api/environment/compliance?site=demo&room=${room}`, status: 200 },
    {
      path: "/api/environment/compliance",
      url: "/api/environment/compliance?site=demo&from=2090-01-01T00:00:00Z&to=2090-01-02T00:00:00Z",
      ...{ status: 400, field: "from" },
    },
    { path: "/api/rooms/{id}/state", url: `/api/rooms/${room}/state?at=${new Date().toISOString()}`, status: 200 },
    { path: "/api/rooms/{id}/timeline", url: `/api/rooms/${room}/timeline`, status: 200 },
    { path: "/api/limits", url: `/api/limits?site=demo&room=${room}&kind=inlet-temperature`, status: 200 },
    { path: "/api/limits", url: "/api/limits?site=demo&rack=999999", status: 404, field: "rack" },
    ...(await roomCases(api, token)),
    ...(await alarmCases(api, token, sensor)),
    ...(await notificationCases(api, token)),
    ...(await assetCases(api, token)),
    ...(await onboardingCases(api)),
    ...(await powerCases(api, token)),
    { path: "/api/discovered-topics", url: "/api/discovered-topics?site=catalogue", status: 200 },
    { path: "/api/rejected-messages", url: "/api/rejected-messages?site=demo", status: 200 },
    { path: "/api/audit-log", status: 200 },
    { path: "/api/health/live", status: 200 },
    { path: "/api/health/ready", status: 200 },
    { path: "/api/sites/import", method: "post", data: document, status: 200 },
    { path: "/api/auth/logout", method: "post", status: 204 },
  ];
  for (const one of cases) await hold(api, one, token);
  const tried = new Set(cases.map(({ path }) => path));
  expect(Object.keys(contract.paths).filter((path) => !tried.has(path) && path !== "/api/auth/login")).toEqual([]);
  await api.dispose();
});

test("what is wrong is named", async ({ baseURL }) => {
  const { api, token } = await signedIn(baseURL, "admin");
  const sensor = (await (await api.get("/api/sensors?site=demo")).json()).items[0].id;
  const readings = { path: "/api/sensors/{id}/readings" };
  const base = `/api/sensors/${sensor}/readings`;
  const cases: Case[] = [
    { path: "/api/rooms", status: 400, field: "site" },
    { path: "/api/rooms", url: "/api/rooms?site=demo&colour=red", status: 400, field: "colour" },
    { path: "/api/rooms", url: "/api/rooms?site=nowhere", status: 404 },
    { path: "/api/sensors", url: "/api/sensors?site=demo&room=one", status: 400, field: "room" },
    { path: "/api/sensors/{id}", url: "/api/sensors/999999", status: 404 },
    { ...readings, url: `${base}?from=yesterday`, status: 400, field: "from" },
    { ...readings, url: `${base}?interval=2m`, status: 400, field: "interval" },
    { path: "/api/sites/import", method: "post", data: { rooms: [] }, status: 400, field: "/site/code" },
    {
      path: "/api/sites/import",
      method: "post",
      data: { site: { code: "x", name: "X", time_zone: "UTC" }, rooms: [{ code: "r" }] },
      status: 400,
      field: "/rooms/0/name",
    },
  ];
  for (const one of cases) await hold(api, one, token);
  await hold(api, { path: "/api/sites/import", method: "post", data: {}, status: 403 });
  await api.dispose();
});

test("who is not signed in, or may not, is refused", async ({ baseURL }) => {
  const stranger = await requests.newContext({ baseURL });
  for (const path of ["/api/auth/me", "/api/sites", "/api/audit-log"]) await hold(stranger, { path, status: 401 });
  await hold(stranger, { path: "/api/auth/login", method: "post", data: { email: 1 }, status: 400 });
  const wrong = { email: "nobody@demo.test", password: "wrong password" };
  await hold(stranger, { path: "/api/auth/login", method: "post", data: wrong, status: 401 });
  await stranger.dispose();
  const { api, token } = await signedIn(baseURL, "viewer");
  await hold(api, { path: "/api/audit-log", status: 403 });
  const document = { site: { code: "other", name: "Other", time_zone: "UTC" }, rooms: [] };
  await hold(api, { path: "/api/sites/import", method: "post", data: document, status: 403 }, token);
  await api.dispose();
});
