"use client";
// What the colours mean: the layer's scale with its numbers, and how no data looks.
import { useTheme } from "next-themes";
import { severityLooks } from "@/components/severity-badge";
import { severities } from "@/lib/alarms";
import { cn } from "@/lib/utils";
import { shadesOf } from "./color-scale";
import type { Layer } from "./layers";

function Scale({ layer }: { layer: Layer }) {
  const theme = useTheme().resolvedTheme === "light" ? "light" : "dark";
  if (!layer.scale) return null;
  const [low, high] = layer.domain;
  const shades = shadesOf(layer.scale, theme);
  const bands = shades.map(
    ({ css }, at) => `${css} ${(100 * at) / shades.length}% ${(100 * (at + 1)) / shades.length}%`,
  );
  return (
    <div className="mt-1 w-56 max-sm:w-36">
      <div className="h-2.5 rounded-sm" style={{ background: `linear-gradient(to right, ${bands.join()})` }} />
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

export function PlanLegend({ layer, className }: { layer: Layer; className?: string }) {
  return (
    <section
      aria-label={`Legend: ${layer.label}`}
      className={cn("flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 text-xs", className)}
    >
      <p title={layer.explained}>
        <span className="font-medium">{layer.label}</span> <span className="text-muted">{layer.unit}</span>
      </p>
      <Scale layer={layer} />
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
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatched size-3 rounded-sm border bg-raised" /> no data
        </li>
      </ul>
    </section>
  );
}
