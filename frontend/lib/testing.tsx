// A server in the test, and a page in front of it.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { showChanges } from "./alarms";
import { alarmsLive } from "./alarms-live";
import type { Alarm, Session, Site } from "./api";
import { useSession } from "./session";

type Call = { method: string; path: string; query: URLSearchParams; body: unknown; ifMatch: string | null };
type Answer = { status?: number; body: unknown };
/** By "METHOD /path"; what nothing is said of answers with an empty list. */
export type Answers = Record<string, (call: Call) => Answer>;

function bodyOf({ body, headers }: RequestInit) {
  if (!body) return undefined;
  return new Headers(headers).get("Content-Type") === "application/json" ? JSON.parse(String(body)) : String(body);
}

const site: Site = { code: "s", name: "Site", time_zone: "UTC", simulated: false } as Site;
const sessionOf = (role: string) => ({ user: { role }, csrf_token: "token" }) as Session;

/** As the frame of the pages does: nothing is shown before it is known who looks. */
function Frame({ waits, children }: { waits: boolean; children: ReactNode }) {
  const { data } = useSession();
  return waits && !data ? null : children;
}

type Options = { role?: string; url?: string; delayMs?: number; signedIn?: boolean };

export function openPage(page: ReactNode, answers: Answers, options: Options = {}) {
  const { role = "operator", url = "/", delayMs = 0, signedIn = false } = options;
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
      body: bodyOf(init),
      ifMatch: new Headers(init.headers).get("If-Match"),
    };
    calls.push(call);
    if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs));
    const { status = 200, body } = known[`${call.method} ${pathname}`]?.(call) ?? { body: { items: [] } };
    return status === 204 ? new Response(null, { status }) : new Response(JSON.stringify(body), { status });
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  alarmsLive.clear();
  alarmsLive.subscribeChanges((alarms) => showChanges(queries, alarms));
  render(
    <QueryClientProvider client={queries}>
      <Frame waits={signedIn}>{page}</Frame>
    </QueryClientProvider>,
  );
  return { calls };
}

/** As the stream says it. */
export const hear = (...alarms: Alarm[]) =>
  act(async () => {
    alarmsLive.take(alarms);
    await new Promise((done) => setTimeout(done, 80));
  });
