"use client";
// One rack, for whoever has found it on a page: how it is and why, its figures, their history against the limits, its devices. What is chosen
// in it is in the address.
import Link from "next/link";
import type { ReactNode } from "react";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { StateBadge } from "@/components/state-badge";
import { EmptyView } from "@/components/state-views";
import { Drawer } from "@/components/ui/drawer";
import { useOpenAlarms } from "@/lib/alarms";
import type { Rack, Room } from "@/lib/api";
import { formatMoment } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { rackFigures } from "@/lib/rack-figures";
import { rackKey } from "@/lib/racks";
import type { Preset } from "@/lib/range";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import type { Find } from "@/lib/usable";
import { OpenAlarms } from "./open-alarms";
import { RackCharts } from "./rack-charts";
import { RackLimits } from "./rack-limits";
import { useRackAlarms, useRackLimits } from "./rack-panel-api";
import { RackDevices, RackTiles } from "./rack-readings";

const choices: Preset[] = ["1h", "24h", "7d", "30d"];
const standard: Preset = "24h";

export type RackPanelProps = {
  /** Undefined: closed. */
  rack: Rack | undefined;
  room: Room | undefined;
  timeZone: string;
  onClose: () => void;
  /** False: no veil over the page, which stays in use beside it. */
  modal?: boolean;
  /** A moment of the past, ms: all is as it was then, by the readings that `find` gives. */
  at?: number;
  find?: Find;
};

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid min-w-0 gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="font-semibold">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

function Content({ rack, room, timeZone, at, find: given }: Omit<RackPanelProps, "rack"> & { rack: Rack }) {
  const present = useServerNow();
  const now = at ?? present;
  const find = given ?? readingsStore.get;
  useReadingsOf(at === undefined ? rack.sensors : []);
  const { search } = useUrlState();
  const site = search.get("site") ?? rack.sensors[0]?.site ?? "";
  const { range, compare, zoom, zoomOut } = useChartRange(standard, now);
  const live = range.preset !== null && at === undefined;
  const open = useOpenAlarms(site, rack.room_id).byRack.get(rack.id) ?? [];
  const limits = useRackLimits(site, rack.id).data?.items ?? none;
  const alarms = useRackAlarms(site, rack, range.from, range.to, live);
  const { state, reasons } = rackFigures(rack, find, now, open);
  if (rack.sensors.length === 0) {
    return <EmptyView title="No sensors are mounted in this rack">Devices of the site document bring them.</EmptyView>;
  }
  return (
    <div className="grid gap-5">
      {at === undefined ? (
        <div
          className="flex flex-wrap items-baseline gap-x-3 rounded-md bg-raised px-3 py-2"
          data-testid="rack-verdict"
        >
          <StateBadge state={state} />
          <span className="text-xs">{reasons.join("; ") || "nothing stands against it"}</span>
        </div>
      ) : (
        <p className="rounded-md border border-warning px-3 py-2 text-warning">
          As it was on {formatMoment(new Date(at).toISOString(), timeZone).local}
        </p>
      )}
      <RackTiles {...{ rack, find, now, timeZone }} />
      {at === undefined && open.length > 0 && (
        <Part title="Open alarms">
          <OpenAlarms {...{ alarms: open, site, now, timeZone }} />
        </Part>
      )}
      <div className="grid gap-3">
        <RangeBar {...{ range, choices, standard, timeZone }} onBack={zoomOut} />
        <RackCharts {...{ rack, timeZone, range, live, compare, limits, alarms }} onZoom={zoom} onZoomOut={zoomOut} />
      </div>
      <Part title="Limits">
        <RackLimits {...{ site, rack, limits }} />
      </Part>
      <Part title="Devices and sensors">
        <RackDevices {...{ rack, find, now, timeZone }} />
      </Part>
      <nav aria-label={`Pages about ${rack.name}`} className="flex flex-wrap gap-x-4 gap-y-1">
        {room && (
          <Link
            className="text-primary hover:underline"
            href={{ pathname: "/racks/", query: { site, rack: rackKey(rack, [room]) } }}
          >
            Its elevation
          </Link>
        )}
        {room && (
          <Link
            className="text-primary hover:underline"
            href={{ pathname: "/floor-plan/", query: { site, room: room.code, rack: rackKey(rack, [room]) } }}
          >
            On the floor plan
          </Link>
        )}
        {room && (
          <Link
            className="text-primary hover:underline"
            href={{ pathname: "/power/rack/", query: { site, rack: rackKey(rack, [room]) } }}
          >
            Its power
          </Link>
        )}
        <Link className="text-primary hover:underline" href={{ pathname: "/environment/", query: { site } }}>
          ASHRAE compliance
        </Link>
        <Link
          className="text-primary hover:underline"
          href={{ pathname: "/alarms/history/", query: { site, q: rack.name } }}
        >
          Its alarm history
        </Link>
      </nav>
    </div>
  );
}

const none: never[] = [];

export function RackPanel(props: RackPanelProps) {
  const { rack, room, onClose, modal = true } = props;
  const rating = rack?.rated_power_kw ? ` · rated ${rack.rated_power_kw} kW` : "";
  return (
    <Drawer
      wide
      modal={modal}
      open={rack !== undefined}
      onClose={onClose}
      title={`Rack ${rack?.name ?? ""}`}
      description={`${room?.name ?? ""} · ${rack?.height_u ?? 0} U${rating}`}
    >
      {rack && <Content key={rack.id} {...props} rack={rack} />}
    </Drawer>
  );
}
