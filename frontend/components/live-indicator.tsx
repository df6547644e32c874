"use client";
import { WifiOff } from "lucide-react";
import { useLive } from "@/lib/live";
import type { StreamStatus } from "@/lib/stream";
import { cn } from "@/lib/utils";

const looks: Record<StreamStatus, { text: string; dot: string }> = {
  connecting: { text: "Connecting", dot: "bg-unknown" },
  live: { text: "Live", dot: "bg-good" },
  reconnecting: { text: "Reconnecting", dot: "bg-warning" },
  polling: { text: "Polling", dot: "bg-critical" },
};

export function LiveIndicator() {
  const { status } = useLive();
  return (
    <span role="status" data-testid="live-indicator" className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={cn("size-2 rounded-full", looks[status].dot)} />
      <span className={cn(status === "live" && "max-sm:sr-only")}>{looks[status].text}</span>
    </span>
  );
}

/** One sign that cannot be overlooked, as long as live is lost. */
export function LostBanner() {
  const { status } = useLive();
  if (status !== "reconnecting" && status !== "polling") return null;
  return (
    <div role="alert" className="flex items-center gap-2 border-b bg-raised px-4 py-2 text-warning">
      <WifiOff aria-hidden className="size-4 shrink-0" />
      {status === "reconnecting"
        ? "The live connection is lost. Values stand still; connecting again …"
        : "The live connection is lost. Values come every 30 s until it is back."}
    </div>
  );
}
