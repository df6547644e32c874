"use client";
// A UPS at a glance, live: what state it is in, what it carries and could have to carry, its battery, what comes in and goes out.
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { WordBadge } from "@/components/word-badge";
import { formatAge, formatNumber, formatShare } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import { Labelled } from "./figure";
import { LiveValue, liveValue } from "./live-value";
import { LoadBar } from "./load-bar";
import { OverBadge, upsLook } from "./looks";
import { overOf } from "./rack-rows";
import type { Ups } from "./ups-model";

/** A charge as people read it: full is green, and it is never shown when it is not known. */
function ChargeBar({ charge }: { charge: number | null }) {
  const color = charge === null ? "" : charge < 20 ? "bg-critical" : charge < 50 ? "bg-warning" : "bg-good";
  return (
    <span
      role="img"
      aria-label={charge === null ? "Charge: not known" : `Charge ${formatNumber(charge, "%")} %`}
      className={cn("block h-2.5 overflow-hidden rounded-sm bg-raised", charge === null && "hatched")}
    >
      {charge !== null && <span className={cn("block h-full", color)} style={{ width: `${Math.min(100, charge)}%` }} />}
    </span>
  );
}

function Load({ ups, now }: { ups: Ups; now: number }) {
  const { element, byKind } = ups;
  const percent = liveValue(byKind.get("ups-load"), now);
  const continuous = element?.continuous ?? 0.8;
  const share = percent === null ? (element?.share ?? null) : percent / 100;
  const over = overOf(share, continuous);
  const failover = element?.failover ?? null;
  const other = ups.worstLoss ?? "the other side";
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span className="text-muted text-xs">Load</span>
        <span className="whitespace-nowrap tabular-nums">
          <LiveValue sensor={byKind.get("output-power")} now={now} className="font-semibold" />
          {element?.rating_kw != null && (
            <span className="text-muted"> of {formatNumber(element.rating_kw, "count")} kW</span>
          )}{" "}
          <span className="ml-1">{formatShare(share)}</span>
        </span>
      </div>
      <LoadBar
        label={`Load of ${ups.name}`}
        {...{ share, over, continuous }}
        second={failover ? { share: failover.share, over: failover.over, label: `when ${other} is lost` } : undefined}
      />
      <p className="flex flex-wrap gap-x-2 text-xs">
        <OverBadge over={over} />
        {failover ? (
          <span
            className={cn("tabular-nums", failover.over ? "text-warning" : "text-muted")}
            data-testid={`failover-${ups.name}`}
          >
            ◆ {formatNumber(failover.kw, "kW")} kW ({formatShare(failover.share)}) when {other} is lost
          </span>
        ) : (
          <span className="text-muted">
            {element ? "nothing else fails over to it" : "it is not in the power chain"}
          </span>
        )}
      </p>
    </div>
  );
}

export function UpsCard({ ups, site, chosen }: { ups: Ups; site: string; chosen: boolean }) {
  const now = useServerNow();
  const { byKind, battery, element, name } = ups;
  useReadingsOf([...ups.sensors, ...[...(battery?.byKind.values() ?? [])]]);
  const look = upsLook(byKind.get("ups-state"), readingsStore.get, now);
  const ages = ups.sensors.flatMap(({ id }) => readingsStore.get(id)?.ts ?? []);
  const oldest = ages.length ? Math.min(...ages) : null;
  const charge = liveValue(byKind.get("battery-charge"), now);
  const onBattery = look.word === "On battery";
  const value = (kind: string) => <LiveValue sensor={byKind.get(kind)} now={now} />;
  const [out, loss] = [liveValue(byKind.get("output-power"), now), liveValue(byKind.get("ups-loss"), now)];
  const efficiency = out !== null && loss !== null && out + loss > 0 ? out / (out + loss) : null;
  return (
    <Card
      aria-label={name}
      data-testid={`ups-${name}`}
      className={cn(
        "grid content-start gap-4 p-4",
        look.word === "No data" && "hatched",
        chosen && "border-primary",
        onBattery && "border-warning",
        ["Fault", "Depleted"].includes(look.word) && "border-critical",
      )}
    >
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold text-base">
          <Link
            href={{ pathname: "/power/ups/", query: { site, ups: String(ups.deviceId) } }}
            aria-current={chosen ? "true" : undefined}
            className="hover:underline"
          >
            {name}
          </Link>
        </h2>
        {element && <span className="text-muted text-xs">{element.name}</span>}
        <span data-testid={`ups-state-${name}`}>
          <WordBadge {...look} />
        </span>
        <span className="ml-auto text-muted text-xs tabular-nums" title="Age of the oldest of its values">
          {oldest === null ? "never reported" : `${formatAge(now - oldest)} old`}
        </span>
      </div>
      <Load ups={ups} now={now} />
      <div className="grid grid-cols-3 gap-3">
        <div className="grid content-start gap-1">
          <span className="text-muted text-xs">Charge</span>
          <span className="font-semibold text-lg tabular-nums" data-testid={`charge-${name}`}>
            {value("battery-charge")}
          </span>
          <ChargeBar charge={charge} />
        </div>
        <div className="grid content-start gap-1">
          <span className="text-muted text-xs">Runtime</span>
          <span
            className={cn("font-semibold text-lg tabular-nums", onBattery && "text-warning")}
            data-testid={`runtime-${name}`}
          >
            {value("battery-runtime")}
          </span>
          {element?.runtime_min != null && (
            <span
              className="text-muted text-xs tabular-nums"
              title="By its load, charge and age, as the server computes it"
            >
              computed {formatNumber(element.runtime_min, "min")} min
            </span>
          )}
        </div>
        <div className="grid content-start gap-1">
          <span className="text-muted text-xs">State of health</span>
          <span className="font-semibold text-lg tabular-nums">{value("battery-soh")}</span>
          <span className="text-muted text-xs">replace below 80 %</span>
        </div>
      </div>
      <dl className="grid grid-cols-2 gap-x-3 gap-y-2 border-t pt-3 sm:grid-cols-4">
        <Labelled label="Input voltage">{value("input-voltage")}</Labelled>
        <Labelled label="Input frequency">{value("input-frequency")}</Labelled>
        <Labelled label="Output voltage">{value("output-voltage")}</Labelled>
        <Labelled label="Efficiency">{formatShare(efficiency)}</Labelled>
        <Labelled label="Input power">{value("input-power")}</Labelled>
        <Labelled label="Loss">{value("ups-loss")}</Labelled>
        <Labelled label="Temperature">{value("ups-temperature")}</Labelled>
        <Labelled label="Battery temperature">
          <LiveValue sensor={battery?.byKind.get("battery-temperature")} now={now} />
        </Labelled>
        <Labelled label="Battery voltage">{value("battery-voltage")}</Labelled>
        <Labelled label="Battery current">{value("battery-current")}</Labelled>
      </dl>
    </Card>
  );
}
