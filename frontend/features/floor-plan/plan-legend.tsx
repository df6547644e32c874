"use client";
// What the colours mean: the layer's scale with its numbers, where on it the alarm limits lie, and how no data looks.
import { useQuery } from "@tanstack/react-query";
import { useTheme } from "next-themes";
import { useMemo } from "react";
import { severityLooks } from "@/components/severity-badge";
import { severities } from "@/lib/alarms";
import { get, type Limits, type List, type Severity } from "@/lib/api";
import { shadesOf } from "@/lib/color-scale";
import { cn } from "@/lib/utils";
import { type Layer, positionOf } from "./layers";

type Mark = { limit: number; when: string; severity: Severity };

/** The alarm limits of the room's sensors, each once: where a colour begins to mean an alarm. */
function marksOf(limits: Limits[]): Mark[] {
  const marks = new Map<string, Mark>();
  for (const { levels } of limits) {
    for (const { limit, when, severity } of levels)
      marks.set(`${when} ${limit} ${severity}`, { limit, when, severity });
  }
  return [...marks.values()].sort((a, b) => a.limit - b.limit);
}

function useMarks(site: string, roomId: number, kind: string | undefined) {
  const { data } = useQuery({
    // As the rules that they come from: the stream says when those change.
    queryKey: ["alarm-rules", "limits", site, "room", roomId, kind],
    queryFn: () => get<List<Limits>>("/api/limits", { site, room: roomId, kind }),
    enabled: kind !== undefined,
    staleTime: 60_000,
  });
  return useMemo(() => marksOf(data?.items ?? []), [data]);
}

function Scale({ layer, marks }: { layer: Layer; marks: Mark[] }) {
  const theme = useTheme().resolvedTheme === "light" ? "light" : "dark";
  if (!layer.scale) return null;
  const [low, high] = layer.domain;
  const shades = shadesOf(layer.scale, theme);
  const bands = shades.map(
    ({ css }, at) => `${css} ${(100 * at) / shades.length}% ${(100 * (at + 1)) / shades.length}%`,
  );
  return (
    <div className="mt-1 w-56 max-sm:w-24">
      <div className="relative h-2.5 rounded-sm" style={{ background: `linear-gradient(to right, ${bands.join()})` }}>
        {marks.map(({ limit, when, severity }) => (
          <span
            key={`${when} ${limit} ${severity}`}
            title={`${severity} ${when} ${limit} ${layer.unit}`}
            className={cn(
              "absolute -top-1 h-3.5 w-1 -translate-x-1/2 border-x border-surface",
              severityLooks[severity].solid,
            )}
            style={{ left: `${Math.min(100, Math.max(0, 100 * positionOf(layer, limit)))}%` }}
          />
        ))}
      </div>
      <div className="relative h-4 text-[11px] tabular-nums">
        {layer.ticks.map((tick) => (
          <span
            key={tick}
            className="absolute -translate-x-1/2"
            style={{ left: `${Math.min(96, Math.max(4, (100 * (tick - low)) / (high - low)))}%` }}
          >
            {tick}
          </span>
        ))}
      </div>
    </div>
  );
}

type Props = { layer: Layer; site: string; roomId: number };

export function PlanLegend({ layer, site, roomId }: Props) {
  const marks = useMarks(site, roomId, layer.limitsOf);
  return (
    <section
      aria-label={`Legend: ${layer.label}`}
      className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 text-xs"
    >
      <p title={layer.explained}>
        <span className="font-medium max-sm:sr-only">{layer.label}</span>{" "}
        <span className="text-muted">{layer.unit}</span>
      </p>
      <Scale layer={layer} marks={marks} />
      <ul className="flex flex-wrap gap-x-3 gap-y-1 text-muted">
        {layer.key === "alarms" &&
          severities.map((severity) => {
            const { glyph: Glyph, word, text } = severityLooks[severity];
            return (
              <li key={severity} className={cn("inline-flex items-center gap-1", text)}>
                <Glyph aria-hidden className="size-3.5" /> {word}
              </li>
            );
          })}
        {marks.length > 0 && (
          <li className="sr-only">
            alarm limits:{" "}
            {marks.map(({ limit, when, severity }) => `${severity} ${when} ${limit} ${layer.unit}`).join(", ")}
          </li>
        )}
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatched size-3 rounded-sm border bg-raised" /> no data
        </li>
      </ul>
    </section>
  );
}
