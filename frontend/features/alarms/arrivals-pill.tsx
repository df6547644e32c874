"use client";
import { ArrowUp } from "lucide-react";
import { severityLooks } from "@/components/severity-badge";
import { severities } from "@/lib/alarms";
import type { Alarm } from "@/lib/api";
import { cn } from "@/lib/utils";

type Props = { arrived: Alarm[]; gone: number; onShow: () => void };

/** What waits until it is asked for. Its colour is that of the worst. */
export function ArrivalsPill({ arrived, gone, onShow }: Props) {
  if (arrived.length === 0 && gone === 0) return null;
  const worst = severities.find((severity) => arrived.some((alarm) => alarm.severity === severity));
  const texts = [
    arrived.length > 0 && `${arrived.length} new${worst === "critical" ? ", critical" : ""}`,
    gone > 0 && `${gone} no longer in this list`,
  ].filter(Boolean);
  return (
    <button
      type="button"
      data-testid="arrivals"
      onClick={() => onShow()}
      className={cn(
        "inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-full border bg-surface px-3 font-medium hover:bg-raised",
        worst && severityLooks[worst].text,
        worst && "border-current",
      )}
    >
      <ArrowUp aria-hidden className="size-4" />
      {texts.join(" · ")}
    </button>
  );
}
