import { useQuery } from "@tanstack/react-query";
import { type Compliance, type Environment, get } from "@/lib/api";
import { useLive } from "@/lib/live";

/** How the air is now: asked again every 10 s, or 30 s while live is lost. */
export function useEnvironment(site: string | undefined) {
  const { status } = useLive();
  return useQuery({
    queryKey: ["environment", site],
    queryFn: () => get<Environment>("/api/environment", { site }),
    enabled: site !== undefined,
    refetchInterval: status === "live" ? 10_000 : 30_000,
  });
}

/** How it was over a span. `moving`: the span ends now, and is one question however it moves. */
export function useCompliance(site: string | undefined, from: number, to: number, moving: boolean) {
  return useQuery({
    queryKey: ["compliance", site, moving ? to - from : `${from}-${to}`],
    queryFn: () =>
      get<Compliance>("/api/environment/compliance", {
        site,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      }),
    enabled: site !== undefined,
    placeholderData: (before) => before,
    refetchInterval: moving ? 60_000 : false,
  });
}
