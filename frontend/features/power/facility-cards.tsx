"use client";
// What the facility draws in all and in parts, and its PUE: at this moment, and over the energy of the last 24 hours.
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { formatNumber, formatShare } from "@/lib/format";
import { cn } from "@/lib/utils";
import { AmountLine, amountBounds, boundsText, ExplainButton, Provenance, useAge } from "./figure";
import { Gauge } from "./gauge";
import { OverBadge } from "./looks";
import type { Element, EnergyPue, Over, Power } from "./power-types";

/** What all sources together may carry, when each of them says so. */
export function ratingOf(elements: Element[] | undefined) {
  const sources = elements?.filter(({ kind }) => kind === "source") ?? [];
  if (sources.length === 0 || sources.some(({ rating_kw }) => rating_kw === null)) return undefined;
  const kw = sources.reduce((sum, each) => sum + (each.rating_kw ?? 0), 0);
  const continuous = sources.reduce((sum, each) => sum + (each.rating_kw ?? 0) * each.continuous, 0);
  return { kw, continuous: continuous / kw };
}

function Head({ title, figure, aside }: { title: string; figure: string; aside?: ReactNode }) {
  return (
    <div className="flex min-h-6 items-center gap-1">
      <h2 className="font-medium">{title}</h2>
      <ExplainButton figure={figure} label={title} />
      <span className="ml-auto text-xs">{aside}</span>
    </div>
  );
}

type FacilityProps = { power: Power; elements: Element[] | undefined; peak: number | null };

export function FacilityCard({ power: { facility }, elements, peak }: FacilityProps) {
  const rating = ratingOf(elements);
  const { stale } = useAge(facility.ts);
  const whole = rating?.kw ?? peak;
  const share = facility.kw !== null && whole ? facility.kw / whole : null;
  const over: Over =
    !rating || share === null ? null : share > 1 ? "rating" : share > rating.continuous ? "continuous" : null;
  const muted = stale || facility.kw === null;
  const against = rating
    ? `of ${formatNumber(rating.kw, "count")} kW the sources may carry`
    : whole
      ? `of ${formatNumber(whole, "count")} kW, the peak of 24 h`
      : "";
  const bounds = amountBounds(facility);
  return (
    <Card
      className={cn("grid content-start gap-3 p-4", facility.kw === null && "hatched")}
      aria-label="Total facility power"
    >
      <Head title="Total facility power" figure="facility" aside={<OverBadge over={over} />} />
      <Gauge
        share={share}
        continuous={rating?.continuous ?? null}
        tone={muted ? "muted" : over === "rating" ? "critical" : over ? "warning" : "ok"}
        label={`Total facility power ${formatNumber(facility.kw, "kW")} kW, ${formatShare(share)} ${against}`}
      >
        <p className="font-semibold text-3xl tabular-nums tracking-tight" data-testid="facility-kw">
          {formatNumber(facility.kw, "kW")}
          <span className="ml-1 font-normal text-base text-muted">kW</span>
        </p>
      </Gauge>
      <div className="grid justify-items-center gap-0.5 text-center text-muted text-xs">
        <span className="tabular-nums">
          {formatShare(share)} {against}
        </span>
        {facility.method && <span>{facility.method}</span>}
        <Provenance {...facility} />
        {bounds && <span className="text-warning tabular-nums">{bounds} kW</span>}
      </div>
    </Card>
  );
}

const parts = [
  { key: "it", label: "IT", token: "--chart-1" },
  { key: "cooling", label: "Cooling", token: "--chart-2" },
  { key: "losses", label: "Losses", token: "--chart-3" },
  { key: "other", label: "Other", token: "--chart-4" },
] as const;

export function PartsCard({ power }: { power: Power }) {
  const total = power.facility.kw;
  const shareOf = (kw: number | null) => (kw === null || !total ? null : kw / total);
  return (
    <Card className="flex flex-col" aria-label="Where it goes">
      <h2 className="px-4 pt-4 font-medium">Where it goes</h2>
      <div aria-hidden className="mx-4 mt-3 mb-1 flex h-3 gap-px overflow-hidden rounded-sm bg-raised">
        {parts.map(({ key, token }) => (
          <span
            key={key}
            style={{ width: `${100 * Math.max(0, shareOf(power[key].kw) ?? 0)}%`, background: `var(${token})` }}
          />
        ))}
      </div>
      <ul className="flex flex-1 flex-col justify-evenly pb-1">
        {parts.map(({ key, label, token }) => (
          <AmountLine
            key={key}
            figure={key}
            amount={power[key]}
            share={formatShare(shareOf(power[key].kw))}
            {...{ label, token }}
          />
        ))}
      </ul>
    </Card>
  );
}

function Category({ category }: { category: number | null }) {
  if (category === null) return null;
  const where = ["", "UPS output", "PDU output", "IT equipment input"][category] ?? "";
  return (
    <span className="rounded-full border px-2 py-0.5" title={`IT is metered at the ${where}, ISO/IEC 30134-2`}>
      category {category}
    </span>
  );
}

type Ratio = {
  value: number | null;
  lower: number | null;
  upper: number | null;
  complete: boolean;
  dim?: boolean;
  testId: string;
};

function RatioText({ value, lower, upper, complete, dim, testId }: Ratio) {
  const bounds = value === null ? undefined : boundsText({ value, lower, upper, complete }, "PUE");
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <span
        data-testid={testId}
        className={cn("font-semibold text-3xl tabular-nums tracking-tight", (dim || value === null) && "text-muted")}
      >
        {formatNumber(value, "PUE")}
      </span>
      {bounds && <span className="text-muted tabular-nums">{bounds}</span>}
    </p>
  );
}

export function PueCard({ power: { pue } }: { power: Power }) {
  const { stale } = useAge(pue.ts);
  return (
    <Card className={cn("grid content-start gap-1 p-4", pue.value === null && "hatched")} aria-label="PUE now">
      <Head title="PUE now" figure="pue" aside={<Category category={pue.category} />} />
      <RatioText {...pue} complete={pue.reporting === pue.expected} dim={stale} testId="pue-now" />
      {pue.note && <p className="text-warning">{pue.note}</p>}
      <p className="text-muted text-xs">{pue.method || "It is not measured on this site."}</p>
      <Provenance {...pue} />
    </Card>
  );
}

/** Of a span's energy, with how much of the span is covered. */
export function EnergyText({ energy, testId, children }: { energy: EnergyPue; testId: string; children?: ReactNode }) {
  const { value, lower, upper, coverage, facility_kwh, it_kwh, method, notes } = energy;
  return (
    <div className="grid gap-1">
      <RatioText {...{ value, lower, upper, testId }} complete={coverage === 1} />
      {children}
      <p className="text-muted text-xs tabular-nums">
        {formatNumber(facility_kwh, "kWh")} kWh ÷ {formatNumber(it_kwh, "kWh")} kWh
        {method && `, ${method}`}
      </p>
      <p className={cn("text-xs tabular-nums", coverage < 0.99 ? "text-warning" : "text-muted")}>
        {formatShare(coverage)} of the span is covered
      </p>
      {notes.map((note) => (
        <p key={note} className="text-muted text-xs">
          {note}
        </p>
      ))}
    </div>
  );
}

export function PueDayCard({ power: { pue_24h } }: { power: Power }) {
  return (
    <Card
      className={cn("grid content-start gap-1 p-4", pue_24h.value === null && "hatched")}
      aria-label="PUE, energy of the last 24 hours"
    >
      <div className="flex min-h-6 items-center gap-1">
        <h2 className="font-medium">PUE, energy of 24 h</h2>
        <span className="ml-auto text-xs">
          <Category category={pue_24h.category} />
        </span>
      </div>
      <EnergyText energy={pue_24h} testId="pue-24h" />
    </Card>
  );
}
