"use client";
import Link from "next/link";
import { SeverityTally } from "@/components/severity-badge";
import { StateBadge, stateOfRoom } from "@/components/state-badge";
import { ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { countsOfRoom, useOpenAlarms } from "@/lib/alarms";
import { useAlarmCounts } from "@/lib/alarms-live";
import type { Alarm, Figure, Overview } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { type RackState, stateOfAlarms } from "@/lib/rack-figures";
import { cn } from "@/lib/utils";

function Value({ label, figure }: { label: string; figure: Figure }) {
  return (
    <div>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="font-medium tabular-nums">
        {formatNumber(figure.value, figure.unit)} <span className="font-normal text-muted">{figure.unit}</span>
      </dd>
    </div>
  );
}

type RoomProps = {
  site: string;
  room: Overview["rooms"][number];
  filtered: boolean;
  onFilter: (room: string | null) => void;
};

/** The alarms of the stream are newer than the server's judgement of a few seconds ago: they can make it worse at once, never better. */
function worse(judged: RackState, alarms: Alarm[]): RackState {
  const state = stateOfAlarms(alarms);
  if (judged === "critical" || state === "critical") return "critical";
  return judged === "ok" ? state : judged;
}

function RoomCard({ site, room, filtered, onFilter }: RoomProps) {
  const open = useOpenAlarms(site).items;
  const standing = open?.filter(({ source }) => source.room_id === room.id) ?? [];
  const shown = room.reasons.slice(0, 3);
  const alarms = countsOfRoom(useAlarmCounts(), room.id);
  return (
    <Card
      aria-label={room.name}
      data-testid={`room-${room.code}`}
      className={cn("p-4", room.status === "grey" && "hatched")}
    >
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-semibold">
          <Link href={{ pathname: "/floor-plan/", query: { site, room: room.code } }} className="hover:underline">
            {room.name}
          </Link>
        </h3>
        <StateBadge state={worse(stateOfRoom[room.status], standing)} />
      </div>
      <dl className="mt-3 grid grid-cols-3 gap-2">
        <Value label="Power" figure={room.power} />
        <Value label="Average inlet" figure={room.average_inlet} />
        <Value label="Maximum inlet" figure={room.maximum_inlet} />
      </dl>
      <p className="mt-3 text-muted text-xs tabular-nums">
        <button
          type="button"
          aria-pressed={filtered}
          title={filtered ? "Show the racks of all rooms below" : "Show the racks of this room alone, below"}
          className={cn("cursor-pointer underline decoration-dotted underline-offset-2", filtered && "text-primary")}
          onClick={() => onFilter(filtered ? null : room.name)}
        >
          {room.racks} racks
        </button>{" "}
        · {room.sensors_reporting} of {room.sensors_total} sensors report
      </p>
      {alarms && (
        <p className="mt-2 text-xs">
          <Link href={{ pathname: "/alarms/", query: { site, room: room.id } }} className="hover:underline">
            <SeverityTally counts={alarms} />
          </Link>
        </p>
      )}
      {shown.length > 0 && (
        <ul className="mt-2 grid gap-0.5 text-xs">
          {shown.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          {room.reasons.length > shown.length && (
            <li className="text-muted">and {room.reasons.length - shown.length} more</li>
          )}
        </ul>
      )}
    </Card>
  );
}

type Props = {
  overview: Overview | undefined;
  error: Error | null;
  onRetry: () => void;
  filter: string | null;
  onFilter: (room: string | null) => void;
};

export function RoomCards({ overview, error, onRetry, filter, onFilter }: Props) {
  return (
    <section aria-labelledby="rooms" className="grid content-start gap-3">
      <h2 id="rooms" className="font-semibold text-base">
        Rooms
      </h2>
      {error && !overview ? (
        <ErrorView title="The rooms' state is not known" detail={error.message} onRetry={onRetry} />
      ) : (
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(20rem,100%),1fr))] gap-3" aria-busy={!overview}>
          {overview
            ? overview.rooms.map((room) => (
                <RoomCard
                  key={room.id}
                  site={overview.site.code}
                  room={room}
                  filtered={room.name === filter}
                  onFilter={onFilter}
                />
              ))
            : ["a", "b"].map((key) => <Skeleton key={key} className="h-44" />)}
        </div>
      )}
    </section>
  );
}
