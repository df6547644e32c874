// What the pages of power ask the server. Its figures move with the readings: they are asked again every 5 s, and every 30 s while live is lost.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { change, get, type Limits, type List, withQuery } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";
import { useLive } from "@/lib/live";
import type {
  Chain,
  Element,
  ElementDocument,
  Explanation,
  Power,
  PowerHistory,
  PueHistory,
  WhatIf,
} from "./power-types";

type Schemas = components["schemas"];
const root = "power";

function useFigures<T>(what: string, path: string, site: string | undefined, query: Record<string, string> = {}) {
  const { status } = useLive();
  return useQuery({
    queryKey: [root, what, site, query],
    queryFn: () => get<T>(path, { site, ...query }),
    enabled: site !== undefined,
    refetchInterval: status === "live" ? 5_000 : 30_000,
  });
}

export const usePower = (site: string | undefined) => useFigures<Power>("figures", "/api/power", site);
export const useChain = (site: string | undefined) => useFigures<Chain>("chain", "/api/power/chain", site);

/** "pue", or "rack-load:12" with the rack. */
export function useExplanation(site: string | undefined, wanted: string) {
  const [figure = "", rack] = wanted.split(":");
  return useFigures<Explanation>("explain", "/api/power/explain", site, { figure, ...(rack && { rack }) });
}

/** `lost`: ids, in the order in which they were chosen. */
export function useWhatIf(site: string | undefined, lost: number[]) {
  const { status } = useLive();
  return useQuery({
    queryKey: [root, "what-if", site, lost.join()],
    queryFn: () => get<WhatIf>("/api/power/what-if", { site, lost: lost.join() }),
    enabled: site !== undefined && lost.length > 0,
    refetchInterval: status === "live" ? 5_000 : 30_000,
  });
}

/** `moving`: the span ends now, and is one question however it moves. */
function useSpan<T>(what: string, path: string, site: string | undefined, from: number, to: number, moving: boolean) {
  return useQuery({
    queryKey: [root, what, site, moving ? to - from : `${from}-${to}`],
    queryFn: () => get<T>(path, { site, from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
    enabled: site !== undefined,
    // What is shown stays while another span is fetched; what another site drew does not.
    placeholderData: (before, last) => (last?.queryKey[2] === site ? before : undefined),
    refetchInterval: moving ? 60_000 : false,
    staleTime: 30_000,
  });
}

export const usePowerHistory = (site: string | undefined, from: number, to: number, moving: boolean) =>
  useSpan<PowerHistory>("history", "/api/power/history", site, from, to, moving);
export const usePueHistory = (site: string | undefined, from: number, to: number, moving: boolean) =>
  useSpan<PueHistory>("pue", "/api/power/pue", site, from, to, moving);

/** The limits of a kind's sensors, from the alarm rules. */
export function useKindLimits(site: string | undefined, kind: string | undefined) {
  return useQuery({
    queryKey: ["alarm-rules", "limits", site, kind],
    queryFn: () => get<List<Limits>>("/api/limits", { site, kind }),
    enabled: site !== undefined && kind !== undefined,
  });
}

type Saved = Schemas["PowerElementSaid"];

export function useSaveElement(site: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ document, over }: { document: ElementDocument; over: Element | undefined }) =>
      over
        ? change<Saved>("PATCH", withQuery(`/api/power/elements/${over.id}`, { site }), document, over.version)
        : change<Saved>("POST", withQuery("/api/power/elements", { site }), document),
    onSuccess: () => queries.invalidateQueries({ queryKey: [root] }),
  });
}

export function useRemoveElement(site: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: Element) =>
      change<void>("DELETE", withQuery(`/api/power/elements/${id}`, { site }), undefined, version),
    onSuccess: () => queries.invalidateQueries({ queryKey: [root] }),
  });
}

/** As it is now; undefined when it has been removed. */
export async function fetchElement(site: string, id: number) {
  return (await get<Chain>("/api/power/chain", { site })).elements.find((each) => each.id === id);
}
