"use client";
// One rack within an elevation: its name and figures, its faces beside each other, and what of it has no place yet.
import Link from "next/link";
import { type ComponentProps, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Alarm, Rack } from "@/lib/api";
import { formatNumber } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { rackFigures } from "@/lib/rack-figures";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { cn } from "@/lib/utils";
import type { Capacity, RackElevation } from "./assets-types";
import { type View, withoutPlace } from "./elevation-model";
import { RackFace } from "./rack-face";

const noSensors: never[] = [];
const noAlarms: Alarm[] = [];

type FaceGroupProps = {
  rack: RackElevation;
  monitored: Rack | undefined;
  views: View[];
  single: boolean;
  head: ReactNode;
  loose: ReactNode;
} & Omit<ComponentProps<typeof RackFace>, "view" | "temperature" | "drawn">;

/** So far beyond what is seen a rack is drawn already. */
const nearPx = 400;

/** In view or about to come: a hall has more U than a browser draws with ease. Where there is no window, or on paper, all are. */
function useNear(host: RefObject<HTMLElement | null>) {
  const [near, setNear] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => {
    const element = host.current;
    if (!element || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      ([entry]) => entry && setNear(entry.isIntersecting || element.contains(document.activeElement)),
      { root: element.closest("[data-elevation-area]"), rootMargin: `${nearPx}px` },
    );
    observer.observe(element);
    const print = () => flushSync(() => setNear(true));
    window.addEventListener("beforeprint", print);
    return () => {
      observer.disconnect();
      window.removeEventListener("beforeprint", print);
    };
  }, [host]);
  return near;
}

/** One rack: its faces beside each other. Its temperature is drawn anew only when it is what the colours say. */
export function FaceGroup({ monitored, views, single, head, loose, ...face }: FaceGroupProps) {
  const host = useRef<HTMLDivElement>(null);
  const near = useNear(host);
  // What is in the hand stays, wherever it is carried.
  const drawn = near || face.rack.devices.some(({ id }) => face.held.has(id));
  const byTemperature = face.coloring === "temperature";
  const now = useServerNow();
  useReadingsOf(byTemperature ? (monitored?.sensors ?? noSensors) : noSensors);
  const inlet = byTemperature && monitored ? rackFigures(monitored, readingsStore.get, now, noAlarms).inlet : undefined;
  const temperature = inlet && !inlet.unused ? inlet.value : undefined;
  return (
    <div ref={host} className="grid shrink-0 content-start gap-1 print:break-inside-avoid">
      {head}
      <div className={cn("flex items-start", single ? "gap-6" : "gap-1")}>
        {views.map((view) => (
          <figure key={view} className="min-w-0">
            {single && <figcaption className="pb-1 pl-6 text-muted text-xs capitalize">{view}</figcaption>}
            <RackFace {...face} {...{ view, temperature, drawn }} />
          </figure>
        ))}
      </div>
      {loose}
    </div>
  );
}

type HeadProps = { rack: RackElevation; widthPx: number; href: { pathname: string; query: Record<string, string> } };

export function RackHead({ rack, widthPx, href }: HeadProps) {
  return (
    <div className="pl-6 text-xs" style={{ width: widthPx }}>
      <Link href={href} className="-my-1 inline-block py-1 font-semibold text-sm hover:underline">
        {rack.name}
      </Link>
      {rack.capacity && <HeadFigures capacity={rack.capacity} />}
    </div>
  );
}

function HeadFigures({ capacity: { u, power_kw, over } }: { capacity: Capacity }) {
  const { measured, typical, rated } = power_kw;
  const power = `${measured === null ? "≈ " : ""}${formatNumber(measured ?? typical, "kW")}${rated ? ` / ${formatNumber(rated, "kW")}` : ""} kW`;
  return (
    <p
      title={over.length > 0 ? `over ${over.join(", ")}` : undefined}
      className={cn("truncate text-muted tabular-nums", over.length > 0 && "text-critical")}
    >
      {over.length > 0 && <span className="sr-only">over {over.join(", ")}: </span>}
      {over.length > 0 && <span aria-hidden>▲ </span>}
      {u.free} U free · {power}
    </p>
  );
}

/** In the rack, but nobody has said where: they can be dragged to their place. */
export function Loose({
  rack,
  held,
  onOpen,
}: {
  rack: RackElevation;
  held: ReadonlySet<number>;
  onOpen: (id: number) => void;
}) {
  const those = withoutPlace(rack);
  if (those.length === 0) return null;
  return (
    <ul aria-label={`In ${rack.name}, without a place`} className="flex max-w-fit flex-wrap gap-1 pl-6 print:hidden">
      {those.map(({ id, name }) => (
        <li key={id}>
          <button
            type="button"
            data-loose
            data-device={id}
            title="Its place is not known: drag it there"
            className={cn(
              "cursor-pointer select-none rounded border border-dashed bg-surface px-1.5 py-0.5 text-muted text-xs hover:text-foreground",
              held.has(id) && "opacity-35",
            )}
            onClick={() => onOpen(id)}
          >
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}
