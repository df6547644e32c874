"use client";
// The power of one rack: redundancy and why, what it draws of what it may, both feeds phase by phase against their breakers, and its history.
import Link from "next/link";
import type { ReactNode } from "react";
import { OpenAlarms } from "@/components/rack-panel/open-alarms";
import { KindChart } from "@/components/rack-panel/rack-charts";
import { useRackAlarms, useRackLimits } from "@/components/rack-panel/rack-panel-api";
import { RangeBar, useChartRange } from "@/components/range-picker";
import { Card } from "@/components/ui/card";
import { useOpenAlarms } from "@/lib/alarms";
import type { Rack, Room, Site } from "@/lib/api";
import { formatNumber, formatShare } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import type { Preset } from "@/lib/range";
import { cn } from "@/lib/utils";
import { ExplainButton, useAge } from "./figure";
import { LoadBar, wholeOf } from "./load-bar";
import { ElementBadge, methodWords, OverBadge, RedundancyBadge } from "./looks";
import type { Chain, Element } from "./power-types";
import { overOf, type RackRow } from "./rack-rows";

const choices: Preset[] = ["1h", "24h", "7d", "30d"];
const none: never[] = [];

type TileProps = {
  label: string;
  explain?: string;
  bad?: string;
  note?: ReactNode;
  testId?: string;
  children: ReactNode;
};

function Tile({ label, explain, bad, note, testId, children }: TileProps) {
  return (
    <Card className="grid min-w-0 content-start gap-1 p-3" aria-label={label}>
      <div className="flex min-h-6 items-center gap-1">
        <h3 className="text-muted text-xs">{label}</h3>
        {explain && <ExplainButton figure={explain} label={label} />}
      </div>
      <p data-testid={testId} className={cn("font-semibold text-xl tabular-nums", bad)}>
        {children}
      </p>
      {note && <div className="text-muted text-xs tabular-nums">{note}</div>}
    </Card>
  );
}

const tone = (over: ReturnType<typeof overOf>) =>
  over === "rating" ? "text-critical" : over ? "text-warning" : undefined;

/** Imbalance, by the limits of its alarm rule. */
const [imbalanceHigh, imbalanceCritical] = [15, 25];
const imbalanceTone = (percent: number | null) =>
  percent === null
    ? undefined
    : percent >= imbalanceCritical
      ? "text-critical"
      : percent >= imbalanceHigh
        ? "text-warning"
        : undefined;

function Tiles({ row }: { row: RackRow }) {
  const { power, continuous, survivingOver } = row;
  const margin =
    power.surviving_kw === null || power.surviving_rating_kw === null
      ? null
      : power.surviving_rating_kw * continuous - power.surviving_kw;
  const { text, stale } = useAge(power.ts);
  return (
    <div className={cn("grid grid-cols-2 gap-3 lg:grid-cols-4", stale && "opacity-70")}>
      <Tile
        label="Power of rated"
        explain={`rack-load:${power.rack_id}`}
        bad={tone(power.over)}
        testId="rack-load"
        note={
          <>
            {formatShare(power.share)} · {methodWords[power.method] ?? power.method} ·{" "}
            <span className={cn(stale && "text-warning")}>{text}</span>
            <OverBadge over={power.over} />
          </>
        }
      >
        {formatNumber(power.kw, "kW")}
        <span className="font-normal text-muted text-sm"> of {formatNumber(power.rated_kw, "U")} kW</span>
      </Tile>
      <Tile
        label="On the surviving feed"
        explain={`surviving-feed-load:${power.rack_id}`}
        bad={tone(survivingOver)}
        testId="surviving"
        note={
          <>
            {formatShare(power.surviving_share)} of one feed
            {margin !== null && (
              <span className={cn("block", margin < 0 && "text-warning")}>
                {margin < 0
                  ? `${formatNumber(-margin, "kW")} kW more than it may carry for hours`
                  : `${formatNumber(margin, "kW")} kW to what it may carry for hours`}
              </span>
            )}
          </>
        }
      >
        {formatNumber(power.surviving_kw, "kW")}
        <span className="font-normal text-muted text-sm"> of {formatNumber(power.surviving_rating_kw, "kW")} kW</span>
      </Tile>
      <Tile
        label="Phase imbalance, worse feed"
        bad={imbalanceTone(power.imbalance_percent)}
        note={
          power.imbalance_percent === null
            ? "too little load on the feeds to tell"
            : `warning at ${imbalanceHigh} %, critical at ${imbalanceCritical} %`
        }
      >
        {power.imbalance_percent === null ? (
          "–"
        ) : (
          <>
            {formatNumber(power.imbalance_percent, "%")} <span className="font-normal text-sm">%</span>
          </>
        )}
      </Tile>
      <Tile
        label="Difference of the feeds"
        bad={(power.feed_difference_percent ?? 0) > 30 ? "text-warning" : undefined}
        note={
          power.single_corded > 0
            ? `${power.single_corded} ${power.single_corded === 1 ? "device hangs" : "devices hang"} on one feed only`
            : "all devices hang on both feeds"
        }
      >
        {formatNumber(power.feed_difference_percent, "%")} <span className="font-normal text-sm">%</span>
      </Tile>
    </div>
  );
}

function PhaseBar({
  label,
  amps,
  breaker,
  continuous,
  whole,
}: {
  label: string;
  amps: number | null;
  breaker: number | null;
  continuous: number;
  whole: number;
}) {
  const share = amps === null || !breaker ? null : amps / breaker;
  const over = overOf(share, continuous);
  return (
    <li className="grid grid-cols-[1.75rem_1fr_9rem] items-center gap-x-3">
      <span className="font-medium">{label}</span>
      <LoadBar label={label} {...{ share, over, continuous, whole }} />
      <span className={cn("whitespace-nowrap text-right tabular-nums", tone(over))}>
        {formatNumber(amps, "A")} A{" "}
        <span className="text-muted text-xs">
          {share === null ? "" : `${formatShare(share)} of ${formatNumber(breaker, "count")} A`}
        </span>
      </span>
    </li>
  );
}

function Feed({ side, feed, chain, site }: { side: "A" | "B"; feed: Element | undefined; chain: Chain; site: string }) {
  if (!feed) {
    return (
      <Card className="hatched grid content-center p-4 text-center" aria-label={`Feed ${side}`}>
        <p className="font-medium">No feed {side}</p>
        <p className="text-muted">Nothing feeds this rack from side {side}.</p>
      </Card>
    );
  }
  const { phase, breaker_a, continuous, rating_kw, load, share, over, state, name, inputs, active_input } = feed;
  const amps = phase?.current_a ?? [];
  const whole = wholeOf(amps.map((each) => (each === null || !breaker_a ? null : each / breaker_a)));
  const from = chain.elements.find(({ id }) => id === (active_input ?? inputs[0]));
  const dead = state === "dead";
  return (
    <Card
      className={cn("grid content-start gap-3 p-4", dead && "dead border-critical")}
      aria-label={`Feed ${side}`}
      data-testid={`feed-${side}`}
    >
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold text-base">Feed {side}</h2>
        <span className="text-muted text-xs">
          {name}
          {from && ` · from ${from.name}`}
        </span>
        <span className="ml-auto">
          <ElementBadge state={state} />
        </span>
      </div>
      <div className="flex flex-wrap items-baseline gap-x-3 tabular-nums">
        <span className="font-semibold text-xl">{formatNumber(load.kw, "kW")} kW</span>
        <span className="text-muted">
          {formatShare(share)} of {formatNumber(rating_kw, "kW")} kW
        </span>
        <OverBadge over={over} />
      </div>
      <ul className="grid gap-1.5" aria-label={`Phases of feed ${side}`}>
        {amps.length === 0 ? (
          <li className="text-muted">Its phases are not measured.</li>
        ) : (
          amps.map((each, at) => (
            <PhaseBar
              // biome-ignore lint/suspicious/noArrayIndexKey: a phase is its place
              key={at}
              label={`L${at + 1}`}
              amps={each}
              breaker={breaker_a}
              {...{ continuous, whole }}
            />
          ))
        )}
      </ul>
      <dl className="grid grid-cols-2 gap-x-3 gap-y-2 border-t pt-3 sm:grid-cols-4">
        {[
          {
            label: "Breaker",
            value: breaker_a === null ? "not known" : `${formatNumber(breaker_a, "count")} A, ${feed.phases}~`,
          },
          {
            label: "For hours",
            value:
              breaker_a === null
                ? "not known"
                : `${formatNumber(breaker_a * continuous, "A")} A (${formatShare(continuous)})`,
          },
          {
            label: "Imbalance",
            value:
              phase?.imbalance_percent == null ? "too little load" : `${formatNumber(phase.imbalance_percent, "%")} %`,
            text: imbalanceTone(phase?.imbalance_percent ?? null),
          },
          { label: "Neutral", value: `${formatNumber(phase?.neutral_a, "A")} A` },
        ].map(({ label, value, text }) => (
          <div key={label}>
            <dt className="text-muted text-xs">{label}</dt>
            <dd className={cn("tabular-nums", text)}>{value}</dd>
          </div>
        ))}
      </dl>
      <Link
        className="justify-self-start text-primary hover:underline"
        href={{ pathname: "/power/chain/", query: { site, lost: String(feed.id) } }}
      >
        What if feed {side} is lost?
      </Link>
    </Card>
  );
}

type HistoryProps = { rack: Rack; site: Site; feeds: { side: string; feed: Element | undefined }[] };

/** The charts of a rack: its power, its feeds', the phases of each feed, and what the server computes of it. */
function chartsOf(rack: Rack, feeds: HistoryProps["feeds"]) {
  const ofKind = (kind: string) => rack.sensors.filter((sensor) => sensor.kind === kind);
  const phases = feeds.map(({ side, feed }) => {
    const ids = [feed?.sensors.current_l1, feed?.sensors.current_l2, feed?.sensors.current_l3];
    return {
      kind: "phase-current",
      title: `Phase current, feed ${side}`,
      sensors: rack.sensors.filter(({ id }) => ids.includes(id)),
    };
  });
  const known = phases.some(({ sensors }) => sensors.length > 0);
  return [
    ...["rack-power", "feed-power"].map((kind) => ({ kind, title: undefined, sensors: ofKind(kind) })),
    ...(known ? phases : [{ kind: "phase-current", title: undefined, sensors: ofKind("phase-current") }]),
    ...["surviving-feed-load", "phase-imbalance"].map((kind) => ({ kind, title: undefined, sensors: ofKind(kind) })),
  ].filter(({ sensors }) => sensors.length > 0);
}

function History({ rack, site, feeds }: HistoryProps) {
  const now = useServerNow();
  const { range, compare, zoom, zoomOut } = useChartRange("24h", now);
  const live = range.preset !== null;
  const limits = useRackLimits(site.code, rack.id).data?.items ?? none;
  const alarms = useRackAlarms(site.code, rack, range.from, range.to, live);
  const timeZone = site.time_zone;
  return (
    <Card className="grid min-w-0 gap-4 p-4" aria-label="History">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto font-semibold text-base">History</h2>
        <RangeBar {...{ range, choices, timeZone }} standard="24h" onBack={zoomOut} />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        {chartsOf(rack, feeds).map(({ kind, title, sensors }) => (
          <KindChart
            key={title ?? kind}
            {...{ kind, title, sensors, rack, timeZone, range, live, compare, limits, alarms }}
            onZoom={zoom}
            onZoomOut={zoomOut}
          />
        ))}
      </div>
    </Card>
  );
}

type Props = { row: RackRow; rack: Rack; rooms: Room[] | undefined; chain: Chain; site: Site };

export function RackDetail({ row, rack, chain, site }: Props) {
  const { power, key, name, room } = row;
  const now = useServerNow();
  const alarms = useOpenAlarms(site.code, rack.room_id).byRack.get(rack.id) ?? none;
  const links = [
    { label: "Its elevation", href: { pathname: "/racks/", query: { site: site.code, rack: key } } },
    { label: "All its readings", href: { pathname: "/", query: { site: site.code, rack: key } } },
    { label: "Its alarms", href: { pathname: "/alarms/", query: { site: site.code, q: name } } },
    { label: "Its alarm history", href: { pathname: "/alarms/history/", query: { site: site.code, q: name } } },
  ];
  return (
    <>
      <Card className="flex flex-wrap items-baseline gap-x-4 gap-y-1 p-4" aria-label="Redundancy">
        <h2 className="font-semibold text-lg">
          Rack {name} <span className="font-normal text-muted text-sm">{room}</span>
        </h2>
        <span className="inline-flex items-baseline gap-2" data-testid="redundancy">
          <span className="text-muted text-xs">Redundancy</span>
          <RedundancyBadge state={power.redundancy} />
        </span>
        <span className="min-w-0">{power.reasons.join("; ")}</span>
        <nav aria-label={`Pages about ${name}`} className="ml-auto flex flex-wrap gap-x-4">
          {links.map(({ label, href }) => (
            <Link key={label} className="text-primary hover:underline" href={href}>
              {label}
            </Link>
          ))}
        </nav>
      </Card>
      <Tiles row={row} />
      {alarms.length > 0 && (
        <section aria-label="Open alarms" className="grid gap-2">
          <h2 className="font-semibold text-base">Open alarms</h2>
          <OpenAlarms {...{ alarms, now }} site={site.code} timeZone={site.time_zone} />
        </section>
      )}
      <div className="grid gap-3 lg:grid-cols-2">
        <Feed side="A" feed={row.feedA} chain={chain} site={site.code} />
        <Feed side="B" feed={row.feedB} chain={chain} site={site.code} />
      </div>
      <History
        {...{ rack, site }}
        feeds={[
          { side: "A", feed: row.feedA },
          { side: "B", feed: row.feedB },
        ]}
      />
    </>
  );
}
