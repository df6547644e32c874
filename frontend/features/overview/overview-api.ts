import { useQuery } from "@tanstack/react-query";
import { get, type Overview } from "@/lib/api";
import { useLive } from "@/lib/live";

/** Room status is the server's judgement; it is asked again every 5 s, or 30 s while live is lost. */
export function useOverview(site: string | undefined) {
  const { status } = useLive();
  return useQuery({
    queryKey: ["overview", site],
    queryFn: () => get<Overview>("/api/overview", { site: site as string }),
    enabled: site !== undefined,
    refetchInterval: status === "live" ? 5_000 : 30_000,
  });
}
