"use client";
// How a figure was made: its formula and the standard behind it, every input with its value, age and sensor; and the same made again here.
import { CircleCheck, CircleX, Minus } from "lucide-react";
import Link from "next/link";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Drawer } from "@/components/ui/drawer";
import { Skeleton } from "@/components/ui/skeleton";
import type { Sensor, Site } from "@/lib/api";
import { formatAge, formatMoment, formatNumber } from "@/lib/format";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { rackKey } from "@/lib/racks";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { useExplanation } from "./power-api";
import type { Explanation, Term } from "./power-types";
import { agrees, formulaOf, inputsOf, recompute } from "./recompute";

const titles: Record<string, string> = {
  facility: "Total facility power",
  it: "IT power",
  cooling: "Cooling power",
  losses: "Losses",
  other: "Other power",
  pue: "PUE",
  "rack-load": "Rack load",
  "surviving-feed-load": "Load on the surviving feed",
};

/** Digits of what has no unit: a ratio. */
const digitsOf = (unit: string) => unit || "PUE";
const shown = (value: number | null, unit: string) => `${formatNumber(value, digitsOf(unit))} ${unit}`.trim();

type Found = { sensor: Sensor; href: { pathname: string; query: Record<string, string> } } | undefined;

/** Where a sensor is looked at: its rack, or its device. */
function useSensorHref(site: string) {
  const sensors = useSensors(site).data?.items;
  const racks = useRacks(site).data?.items;
  const rooms = useRooms(site).data?.items;
  return (id: number): Found => {
    const sensor = sensors?.find((each) => each.id === id);
    if (!sensor) return undefined;
    const rack = racks?.find((each) => each.id === sensor.rack_id);
    return rack
      ? { sensor, href: { pathname: "/", query: { site, rack: rackKey(rack, rooms), also: sensor.kind } } }
      : { sensor, href: { pathname: "/inventory/", query: { site, device: String(sensor.device_id) } } };
  };
}
type BranchProps = { term: Term; depth: number; hrefOf: (id: number) => Found; now: number; timeZone: string };

function Branch({ term, depth, hrefOf, now, timeZone }: BranchProps) {
  const { label, op, value, unit, ts, sensor_id, used, why_not, terms } = term;
  const branches = terms.length > 0;
  const made = branches ? recompute(term) : null;
  const found = sensor_id ? hrefOf(sensor_id) : undefined;
  return (
    <li className={cn("py-1", depth > 0 && "border-l pl-3")}>
      <div className={cn("flex flex-wrap items-baseline gap-x-2", !used && "text-muted")}>
        <span className={cn("min-w-0", branches && "font-medium", !used && "line-through")}>{label}</span>
        {op === "constant" && <span className="text-muted text-xs">given</span>}
        <span className="ml-auto inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums">
          {shown(value, unit)}
          {branches &&
            (agrees(made, value) ? (
              <CircleCheck role="img" aria-label="gives this value" className="size-3.5 text-good" />
            ) : (
              <CircleX role="img" aria-label={`gives ${shown(made, unit)}`} className="size-3.5 text-critical" />
            ))}
        </span>
      </div>
      <p className="flex flex-wrap gap-x-2 text-muted text-xs">
        {branches && <span>{formulaOf(term)}</span>}
        {found && (
          <Link className="text-primary hover:underline" href={found.href}>
            {found.sensor.device} · {found.sensor.name}
          </Link>
        )}
        {ts && (
          <time dateTime={ts} title={formatMoment(ts, timeZone).local} className="tabular-nums">
            {formatAge(now - Date.parse(ts))} old
          </time>
        )}
        {!used && <span className="text-warning">left out: {why_not ?? "not usable"}</span>}
      </p>
      {branches && (
        <ul className="mt-1 ml-1">
          {terms.map((each, at) => (
            <Branch
              // biome-ignore lint/suspicious/noArrayIndexKey: two terms may be called the same, and their order is their own
              key={`${each.label} ${each.sensor_id} ${at}`}
              term={each}
              depth={depth + 1}
              {...{ hrefOf, now, timeZone }}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

function Verdict({ explanation: { tree, value, unit } }: { explanation: Explanation }) {
  const made = recompute(tree);
  const right = agrees(made, value);
  const { used, left } = inputsOf(tree);
  const [Glyph, text] =
    made === null ? [Minus, "text-muted"] : right ? [CircleCheck, "text-good"] : [CircleX, "text-critical"];
  return (
    <div className="grid gap-1 rounded-md bg-raised px-4 py-3" data-testid="explain-verdict">
      <p className="font-semibold text-2xl tabular-nums">{shown(value, unit)}</p>
      <p className={cn("inline-flex items-center gap-1.5", text)}>
        <Glyph aria-hidden className="size-4 shrink-0" />
        {made === null
          ? "It cannot be made: an input is not known."
          : right
            ? `Made again here from ${used} inputs: the same value.`
            : `Made again here from ${used} inputs: ${shown(made, unit)}, which is another value.`}
      </p>
      {left > 0 && (
        <p className="text-warning text-xs">
          {left === 1 ? "One more is left out; it says why." : `${left} more are left out; each says why.`}
        </p>
      )}
    </div>
  );
}

function Content({ site, figure }: { site: Site; figure: string }) {
  const now = useServerNow();
  const hrefOf = useSensorHref(site.code);
  const { data, error, refetch } = useExplanation(site.code, figure);
  if (error && !data) {
    return <ErrorView title="This figure could not be explained" detail={error.message} onRetry={refetch} />;
  }
  if (!data) return <Skeleton className="h-96" />;
  return (
    <div className="grid gap-4">
      <Verdict explanation={data} />
      <p className="max-w-prose">{data.text}</p>
      {data.standard && <p className="text-muted text-xs">Standard: {data.standard}</p>}
      <section aria-label="What it is made of">
        {data.tree.terms.length > 0 || data.tree.sensor_id !== null ? (
          <ul>
            <Branch term={data.tree} depth={0} {...{ hrefOf, now }} timeZone={site.time_zone} />
          </ul>
        ) : (
          <EmptyView title="It is made of nothing">No meter on this site measures it.</EmptyView>
        )}
      </section>
    </div>
  );
}

export function ExplainDrawer({ site }: { site: Site }) {
  const url = useUrlState();
  const figure = url.search.get("explain");
  const racks = useRacks(site.code).data?.items;
  const [name = "", rackId] = (figure ?? "").split(":");
  const rack = racks?.find(({ id }) => String(id) === rackId)?.name;
  return (
    <Drawer
      wide
      open={figure !== null}
      onClose={() => url.set({ explain: null })}
      title={`${titles[name] ?? name}${rack ? `, rack ${rack}` : ""}`}
      description="How this number was made"
    >
      {figure && <Content key={figure} site={site} figure={figure} />}
    </Drawer>
  );
}
