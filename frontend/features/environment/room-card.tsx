"use client";
// How one room's air keeps to its thermal class: now, and over the span that is chosen.
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { Compliance, Environment, Room } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { percent, Rci, ShareBar } from "./air";

type Air = Environment["rooms"][number];

/** The envelope in words, as ASHRAE gives it. */
const envelopeOf = ({ recommended: { low_c, high_c }, allowable }: Air) =>
  `recommended ${low_c}–${high_c} °C, allowable ${allowable.low_c}–${allowable.high_c} °C`;

type Props = {
  site: string;
  room: Room | undefined;
  air: Air;
  past: Compliance["rooms"][number] | undefined;
  span: string;
};

export function RoomCard({ site, room, air, past, span }: Props) {
  const racks = air.racks.length;
  return (
    <Card aria-label={room?.name} data-testid={`air-${room?.code}`} className="grid content-start gap-4 p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-semibold text-base">
          <Link href={{ pathname: "/floor-plan/", query: { site, room: room?.code } }} className="hover:underline">
            {room?.name ?? `Room ${air.room_id}`}
          </Link>
        </h2>
        <p className="text-muted text-xs" title={envelopeOf(air)}>
          ASHRAE class <strong className="font-semibold text-foreground">{air.ashrae_class}</strong> · {envelopeOf(air)}
        </p>
      </div>
      <div className="grid gap-4 sm:grid-cols-[1fr_auto]">
        <ShareBar label={`Now, of ${racks} racks`} share={air.counts} unit={(part) => String(part)} />
        <dl className="grid grid-cols-2 gap-x-5">
          <Rci label="RCI high, now" index={air.rci_high} />
          <Rci label="RCI low, now" index={air.rci_low} />
        </dl>
        {past ? (
          <>
            <ShareBar label={`${span}, of the time`} share={past.share} unit={(part) => `${percent(part)} %`} />
            <dl className="grid grid-cols-2 gap-x-5">
              <Rci label="RCI high" index={past.rci_high} />
              <Rci label="RCI low" index={past.rci_low} />
            </dl>
          </>
        ) : (
          <Skeleton className="h-14 sm:col-span-2" />
        )}
      </div>
      {air.aisles.length > 0 && (
        <ul aria-label="Aisles" className="flex flex-wrap gap-2 text-xs">
          {air.aisles.map(({ name, type, average_c, reporting, sensors }) => (
            <li key={name} title={`${reporting} of ${sensors} sensors`} className="rounded-md border px-2 py-1">
              <span className="text-muted">
                {name}, {type}
              </span>{" "}
              <span className="font-medium tabular-nums">{formatNumber(average_c, "°C")} °C</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
