"use client";
// How many alarms nobody has acknowledged: in the top bar on every page, and before the title of the browser's tab. By the stream, at once.
import { Bell } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { totalOf, worstOf } from "@/lib/alarms";
import { useAlarmCounts } from "@/lib/alarms-live";
import { cn } from "@/lib/utils";
import { severityLooks } from "./severity-badge";

const counted = /^\(\d+\) /;

/** Pages set their own titles when they come; the count is put before whatever stands there. */
function useCountInTitle(count: number) {
  useEffect(() => {
    const mark = () => {
      const title = document.title.replace(counted, "");
      const wanted = count > 0 ? `(${count}) ${title}` : title;
      if (document.title !== wanted) document.title = wanted;
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      document.title = document.title.replace(counted, "");
    };
  }, [count]);
}

export function AlarmBadge() {
  const counts = useAlarmCounts();
  const site = useSearchParams().get("site");
  const count = counts ? totalOf(counts.unacknowledged) : 0;
  const worst = counts && worstOf(counts.unacknowledged);
  useCountInTitle(count);
  const text = !counts
    ? "Alarms: not known"
    : count === 0
      ? "No alarm waits to be acknowledged"
      : `${count} unacknowledged ${count === 1 ? "alarm" : "alarms"}, the worst ${worst}`;
  return (
    <Link
      href={{ pathname: "/alarms/", query: site ? { site } : {} }}
      data-testid="alarm-badge"
      title={text}
      className="relative inline-flex h-9 items-center gap-1.5 rounded-md px-2 hover:bg-raised"
    >
      <Bell aria-hidden className={cn("size-4", counts ? undefined : "text-unknown")} />
      <span role="status" className="sr-only">
        {text}
      </span>
      {count > 0 && worst && (
        <span
          aria-hidden
          className={cn(
            "min-w-5 rounded-full px-1.5 text-center font-semibold text-background text-xs tabular-nums leading-5",
            severityLooks[worst].solid,
          )}
        >
          {count > 9999 ? "9999+" : count}
        </span>
      )}
    </Link>
  );
}
