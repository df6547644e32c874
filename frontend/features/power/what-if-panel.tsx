"use client";
// What would follow when something is lost: what goes dark, what loses redundancy, what overloads step by step, and on what it rests.
import Link from "next/link";
import type { ReactNode } from "react";
import { ErrorView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { WordBadge } from "@/components/word-badge";
import { formatMilliseconds, formatNumber, formatShare } from "@/lib/format";
import { cn } from "@/lib/utils";
import { outcomesOf } from "./chain-states";
import { elementLooks, outcomeLooks, overLook } from "./looks";
import type { Element, WhatIf } from "./power-types";

type Props = {
  site: string;
  whatIf: WhatIf | undefined;
  error: Error | null;
  onRetry: () => void;
  elements: ReadonlyMap<number, Element>;
  /** A rack's name, and as an address names it. */
  rackOf: (id: number) => { name: string; key: string };
};

function Count({ label, value, unit, bad }: { label: string; value: string; unit?: string; bad: boolean }) {
  return (
    <div>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className={cn("font-semibold text-lg tabular-nums", bad ? "text-critical" : "text-muted")}>
        {value} {unit && <span className="font-normal text-sm">{unit}</span>}
      </dd>
    </div>
  );
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="grid content-start gap-1.5 border-t pt-3">
      <h3 className="font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Result({ site, whatIf, elements, rackOf }: Pick<Props, "site" | "elements" | "rackOf"> & { whatIf: WhatIf }) {
  const { summary, steps, assumptions, took_ms } = whatIf;
  const nameOf = (id: number) => elements.get(id)?.name ?? `element ${id}`;
  // What rises; of the feeds of racks, which are many, only what rises too far.
  const risen = whatIf.elements
    .filter(
      ({ id, over, kw, was_kw }) =>
        over || (elements.get(id)?.kind !== "rack-feed" && (kw ?? 0) > (was_kw ?? 0) + 0.01),
    )
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  const batteries = whatIf.elements.filter(
    ({ id, state }) => state === "on-battery" && elements.get(id)?.kind === "ups",
  );
  const outcomes = outcomesOf(whatIf, (id) => rackOf(id).name);
  return (
    <div className="grid gap-3">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6" data-testid="what-if-summary">
        <Count label="Racks dark" value={String(summary.racks_dark)} bad={summary.racks_dark > 0} />
        <Count
          label="Racks partly dark"
          value={String(summary.racks_partly_dark)}
          bad={summary.racks_partly_dark > 0}
        />
        <Count
          label="Lose redundancy"
          value={String(summary.racks_redundancy_lost)}
          bad={summary.racks_redundancy_lost > 0}
        />
        <Count
          label="Elements overloaded"
          value={String(summary.elements_overloaded)}
          bad={summary.elements_overloaded > 0}
        />
        <Count
          label="Load that goes dark"
          value={formatNumber(summary.dark_kw, "kW")}
          unit="kW"
          bad={summary.dark_kw > 0}
        />
        <Count label="Load that moves over" value={formatNumber(summary.transferred_kw, "kW")} unit="kW" bad={false} />
      </dl>
      <div className="grid gap-x-6 gap-y-3 md:grid-cols-2">
        {outcomes.map(({ state, racks }) => (
          <Part
            key={state}
            title={
              <>
                <WordBadge {...outcomeLooks[state]} /> <span className="text-muted">{racks.length}</span>
              </>
            }
          >
            <ul className="flex flex-wrap gap-x-3 gap-y-1" data-testid={`what-if-${state}`}>
              {racks.map(({ rack_id, dark_kw, devices_dark, devices }) => {
                const { name, key } = rackOf(rack_id);
                return (
                  <li key={rack_id} title={devices.map((device) => device.name).join(", ") || undefined}>
                    <Link
                      className="text-primary hover:underline"
                      href={{ pathname: "/power/rack/", query: { site, rack: key } }}
                    >
                      {name}
                    </Link>
                    {devices_dark > 0 && (
                      <span className="text-muted text-xs tabular-nums">
                        {" "}
                        {devices_dark} {devices_dark === 1 ? "device" : "devices"}, {formatNumber(dark_kw, "kW")} kW
                        {state === "partly-dark" &&
                          devices.length > 0 &&
                          `: ${devices.map((each) => each.name).join(", ")}`}
                      </span>
                    )}
                  </li>
                );
              })}
            </ul>
          </Part>
        ))}
        {batteries.length > 0 && (
          <Part title="On battery">
            <ul className="grid gap-1">
              {batteries.map(({ id, runtime_min }) => (
                <li key={id} className="flex flex-wrap items-baseline gap-x-2 tabular-nums">
                  <span className="font-medium">{nameOf(id)}</span>
                  <WordBadge
                    {...elementLooks["on-battery"]}
                    word={runtime_min === null ? "runtime not known" : `${formatNumber(runtime_min, "min")} min`}
                  />
                </li>
              ))}
            </ul>
          </Part>
        )}
        {risen.length > 0 && (
          <Part title="Loads that rise">
            <ul className="grid gap-1">
              {risen.map(({ id, was_kw, kw, share, over: how }) => {
                const look = overLook(how);
                return (
                  <li key={id} className="flex flex-wrap items-baseline gap-x-2 tabular-nums">
                    <span className="font-medium">{nameOf(id)}</span>
                    {formatNumber(was_kw, "kW")} → {formatNumber(kw, "kW")} kW, {formatShare(share)}
                    {look && <WordBadge {...look} />}
                  </li>
                );
              })}
            </ul>
          </Part>
        )}
        {steps.length > 1 && (
          <Part title="Step by step">
            <ol className="grid gap-1">
              {steps.map(({ step, lost, because, text }) => (
                <li key={step} className="flex gap-2">
                  <span className="w-5 shrink-0 text-right text-muted tabular-nums">{step}</span>
                  <span>
                    <span className="font-medium">{lost.map(nameOf).join(", ")}</span>{" "}
                    {because === "chosen" ? "is lost" : "trips by overload"}
                    {text && <span className="text-muted">: {text}</span>}
                  </span>
                </li>
              ))}
            </ol>
          </Part>
        )}
        {assumptions.length > 0 && (
          <Part title="Assumed">
            <ul className="grid list-disc gap-1 pl-4 text-muted">
              {assumptions.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </Part>
        )}
      </div>
      {outcomes.length === 0 && !risen.some(({ over }) => over) && (
        <p className="border-t pt-3 text-good">● No rack is touched, and nothing is overloaded.</p>
      )}
      <p className="text-muted text-xs tabular-nums">
        Computed in {formatMilliseconds(took_ms)} from the loads of this moment.
      </p>
    </div>
  );
}

export function WhatIfPanel({ whatIf, error, onRetry, ...rest }: Props) {
  return (
    <Card className="p-4" aria-label="What would follow" data-testid="what-if" aria-live="polite">
      <h2 className="mb-3 font-semibold text-base">What would follow</h2>
      {whatIf ? (
        <Result whatIf={whatIf} {...rest} />
      ) : error ? (
        <ErrorView title="It could not be computed" detail={error.message} onRetry={onRetry} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Card>
  );
}
