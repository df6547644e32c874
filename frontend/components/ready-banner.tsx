"use client";
// What the server itself says is missing: without its broker nothing new arrives, and nothing that is silent is an alarm.
import { useQuery } from "@tanstack/react-query";
import { Unplug } from "lucide-react";
import type { Ready } from "@/lib/api";

const askEveryMs = 15_000;
const meanings: Record<string, string> = {
  broker: "No readings arrive",
  database: "Nothing can be stored or looked up",
};

async function askReady() {
  // 503 has the same body.
  const answer = await fetch("/api/health/ready", { headers: { Accept: "application/json" } });
  return (await answer.json()) as Ready;
}

export function ReadyBanner() {
  const { data } = useQuery({ queryKey: ["ready"], queryFn: askReady, refetchInterval: askEveryMs, retry: false });
  const missing = data?.dependencies?.filter(({ ready }) => !ready) ?? [];
  if (missing.length === 0) return null;
  return (
    <div role="alert" className="flex items-center gap-2 border-b bg-raised px-4 py-2 text-critical">
      <Unplug aria-hidden className="size-4 shrink-0" />
      {missing
        .map(({ name, detail }) => `${meanings[name] ?? "The server is not ready"}: ${name}${detail && `, ${detail}`}`)
        .join(". ")}
    </div>
  );
}
