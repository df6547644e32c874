// Power, as the contract says: figures of the demo, elements of the catalogue's site.
import type { APIRequestContext } from "@playwright/test";
import type { Case } from "./contract";

export async function powerCases(api: APIRequestContext, token: string): Promise<Case[]> {
  const elements = { path: "/api/power/elements", url: "/api/power/elements?site=catalogue", method: "post" as const };
  const headers = { "X-CSRF-Token": token };
  const make = async (data: object) => (await (await api.post(elements.url, { data, headers })).json()).id as number;
  const source = await make({ name: "By contract", kind: "source" });
  const board = await make({ name: "Board", kind: "switchboard", inputs: [source], rated_kw: 100 });
  const chain = await (await api.get("/api/power/chain?site=demo")).json();
  const rack = chain.racks[0].rack_id;
  const lost = chain.elements.find((element: { kind: string }) => element.kind === "ups").id;
  const explain = { path: "/api/power/explain" };
  const one = (id: number) => ({ path: "/api/power/elements/{id}", url: `/api/power/elements/${id}?site=catalogue` });
  const past = "from=2090-01-01T00:00:00Z&to=2090-01-02T00:00:00Z";
  return [
    { path: "/api/power", url: "/api/power?site=demo", status: 200 },
    { path: "/api/power", url: "/api/power?site=catalogue", status: 200 },
    { path: "/api/power/history", url: "/api/power/history?site=demo", status: 200 },
    { path: "/api/power/history", url: `/api/power/history?site=demo&${past}`, status: 400, field: "from" },
    { path: "/api/power/pue", url: "/api/power/pue?site=demo", status: 200 },
    { path: "/api/power/pue", url: "/api/power/pue?site=catalogue", status: 200 },
    ...["facility", "it", "cooling", "losses", "other", "pue"].map((figure) => ({
      ...{ ...explain, url: `/api/power/explain?site=demo&figure=${figure}`, status: 200 },
    })),
    { ...explain, url: `/api/power/explain?site=demo&figure=rack-load&rack=${rack}`, status: 200 },
    { ...explain, url: `/api/power/explain?site=demo&figure=surviving-feed-load&rack=${rack}`, status: 200 },
    { ...explain, url: "/api/power/explain?site=demo&figure=beauty", status: 400, field: "figure" },
    { path: "/api/power/chain", url: "/api/power/chain?site=demo", status: 200 },
    { path: "/api/power/chain", url: "/api/power/chain?site=catalogue", status: 200 },
    { path: "/api/power/what-if", url: `/api/power/what-if?site=demo&lost=${lost}`, status: 200 },
    { path: "/api/power/what-if", url: "/api/power/what-if?site=demo&lost=999999", status: 400, field: "lost" },
    { ...elements, data: { name: "Panel", kind: "panel", inputs: [board], losses: { no_load: 0.01 } }, status: 201 },
    { ...elements, data: { name: "Panel", kind: "boiler" }, status: 400, field: "/kind" },
    { ...elements, data: { name: "Board", kind: "panel" }, status: 409, field: "/name" },
    { ...one(board), method: "patch", data: { rated_kw: 120 }, version: 1, status: 200 },
    { ...one(board), method: "patch", data: { rated_kw: 130 }, version: 1, status: 409 },
    { ...one(source), method: "patch", data: { inputs: [board] }, version: 1, status: 400, field: "/inputs" },
    { ...one(source), method: "delete", version: 1, status: 409 },
    { ...one(999999), method: "delete", version: 1, status: 404 },
  ];
}
