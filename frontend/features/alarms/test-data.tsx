// A server of alarms in the test, and the page in front of it.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { showChanges } from "@/lib/alarms";
import { alarmsLive } from "@/lib/alarms-live";
import type { Alarm, AlarmRule, Session, Site } from "@/lib/api";

export function alarm(id: number, more: Partial<Alarm> = {}): Alarm {
  return {
    id,
    site: "s",
    severity: "minor",
    state: "active",
    type: "limits",
    kind: "inlet-temperature",
    system: "environment",
    source: {
      room_id: 1,
      room: "Room 1",
      rack_id: id,
      rack: `R${id}`,
      device_id: id,
      device: `R${id} climate`,
      sensor_id: id,
      sensor: "inlet temperature",
    },
    rule_id: 1,
    rule: "Rack inlet temperature",
    when: "above",
    limit: 28,
    value: 28.4,
    unit: "°C",
    raised_at: new Date(Date.now() - id * 60_000).toISOString(),
    changed_at: new Date(Date.now() - id * 60_000).toISOString(),
    cleared_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    latched: false,
    occurrences: 1,
    announced: true,
    instruction: "",
    ...more,
  };
}

export function rule(id: number, more: Partial<AlarmRule> = {}): AlarmRule {
  return {
    id,
    version: 3,
    name: "Rack inlet temperature",
    type: "limits",
    kind: "inlet-temperature",
    unit: "°C",
    scope: { site: "s" },
    scope_label: "Site",
    levels: [{ when: "above", limit: 28, severity: "minor" }],
    dead_band: 1,
    on_delay_s: 60,
    off_delay_s: 120,
    window_s: null,
    latching: false,
    ack_required: true,
    enabled: true,
    instruction: "",
    updated_at: "2026-11-25T12:00:00Z",
    sensors: 20,
    ...more,
  };
}

export type Call = { method: string; path: string; query: URLSearchParams; body: unknown; ifMatch: string | null };
type Answer = { status?: number; body: unknown };
/** By "METHOD /path"; what nothing is said of answers with an empty list. */
export type Answers = Record<string, (call: Call) => Answer>;

const site: Site = { code: "s", name: "Site", time_zone: "UTC", simulated: false } as Site;
const sessionOf = (role: string) => ({ user: { role }, csrf_token: "token" }) as Session;

export function openPage(page: ReactNode, answers: Answers, { role = "operator", url = "/alarms/" } = {}) {
  history.replaceState(null, "", url);
  const calls: Call[] = [];
  const known: Answers = {
    "GET /api/auth/me": () => ({ body: sessionOf(role) }),
    "GET /api/sites": () => ({ body: { items: [site] } }),
    ...answers,
  };
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    const { pathname, searchParams } = new URL(input, "http://server");
    const call: Call = {
      method: init.method ?? "GET",
      path: pathname,
      query: searchParams,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
      ifMatch: new Headers(init.headers).get("If-Match"),
    };
    calls.push(call);
    const { status = 200, body } = known[`${call.method} ${pathname}`]?.(call) ?? { body: { items: [] } };
    return status === 204 ? new Response(null, { status }) : new Response(JSON.stringify(body), { status });
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  alarmsLive.clear();
  alarmsLive.subscribeChanges((alarms) => showChanges(queries, alarms));
  render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>);
  return { calls };
}
