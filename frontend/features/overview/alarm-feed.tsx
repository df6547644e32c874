"use client";
// The open alarms as they come: the worst first, live. While somebody points at it, nothing in it moves.
import Link from "next/link";
import { useRef, useState } from "react";
import { AlarmCard } from "@/components/alarm-card";
import { SourcePath } from "@/components/alarm-source";
import { AlarmStateBadge, SeverityBadge, SeverityTally } from "@/components/severity-badge";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { totalOf, useOpenAlarms, valueAgainstLimit } from "@/lib/alarms";
import { useAlarmCounts } from "@/lib/alarms-live";
import type { Alarm } from "@/lib/api";
import { formatAge, formatMoment } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useNarrow } from "@/lib/media";

const shownAtMost = 8;

function Row({ alarm, now, site, timeZone }: { alarm: Alarm; now: number; site: string; timeZone: string }) {
  const { value, limit } = valueAgainstLimit(alarm);
  const { local, utc } = formatMoment(alarm.raised_at, timeZone);
  const narrow = useNarrow();
  const age = (
    <time dateTime={alarm.raised_at} title={`raised ${local} (${utc})`} className="text-muted tabular-nums">
      {formatAge(now - Date.parse(alarm.raised_at))}
    </time>
  );
  const href = { pathname: "/alarms/", query: { site, alarm: alarm.id } };
  if (narrow) {
    return (
      <li data-testid={`feed-${alarm.id}`} className="border-t first:border-t-0">
        <Link href={href} className="block px-4 py-2 focus-visible:-outline-offset-2">
          <AlarmCard alarm={alarm} timeZone={timeZone} time={age} />
        </Link>
      </li>
    );
  }
  return (
    <li data-testid={`feed-${alarm.id}`} className="border-t first:border-t-0">
      <Link
        href={href}
        className="grid grid-cols-[6rem_1fr_auto] items-baseline gap-x-3 px-4 py-2 hover:bg-raised focus-visible:-outline-offset-2"
      >
        <SeverityBadge severity={alarm.severity} over={alarm.state === "cleared"} />
        <span className="grid min-w-0">
          <span className="truncate">
            <SourcePath source={alarm.source} />
          </span>
          <span className="truncate text-muted text-xs tabular-nums">
            {value} {limit} · {alarm.rule}
          </span>
        </span>
        <span className="grid justify-items-end text-xs">
          {age}
          <AlarmStateBadge alarm={alarm} />
        </span>
      </Link>
    </li>
  );
}

export function AlarmFeed({ site, timeZone }: { site: string | undefined; timeZone: string }) {
  const now = useServerNow();
  const counts = useAlarmCounts();
  const { data, error, refetch } = useOpenAlarms(site);
  const [held, setHeld] = useState(false);
  const shown = useRef<Alarm[]>(undefined);
  const newest = data?.items.slice(0, shownAtMost);
  if (!held || !shown.current) shown.current = newest;
  // Held rows still tell the truth about themselves.
  const rows = shown.current?.map((alarm) => newest?.find(({ id }) => id === alarm.id) ?? alarm);
  return (
    <section aria-labelledby="feed" className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 id="feed" className="font-semibold text-base">
          Alarms
        </h2>
        {counts && <SeverityTally counts={counts.open} />}
      </div>
      <Card className="grid max-h-[27rem] min-h-36 flex-1 content-start overflow-hidden" data-testid="alarm-feed">
        {error && !data ? (
          <ErrorView title="The alarms are not known" detail={error.message} onRetry={() => refetch()} />
        ) : !rows ? (
          <div className="grid gap-2 p-4" aria-busy>
            {["a", "b", "c"].map((key) => (
              <Skeleton key={key} className="h-8" />
            ))}
          </div>
        ) : rows.length === 0 ? (
          <EmptyView title="No open alarms">What is raised appears here at once.</EmptyView>
        ) : (
          <ul onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
            {rows.map((alarm) => (
              <Row key={alarm.id} alarm={alarm} now={now} site={site ?? ""} timeZone={timeZone} />
            ))}
          </ul>
        )}
      </Card>
      {counts && totalOf(counts.open) > shownAtMost && (
        <Link href={{ pathname: "/alarms/", query: { site } }} className="text-primary hover:underline">
          All {totalOf(counts.open)} open alarms
        </Link>
      )}
    </section>
  );
}
