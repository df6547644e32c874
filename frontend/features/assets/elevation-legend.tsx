"use client";
// What the colours of an elevation mean.
import { shadesOf, type Theme } from "@/lib/color-scale";
import type { RackElevation } from "./assets-types";
import { type Coloring, powerTop, roleToken, temperatureRange } from "./elevation-colors";

function Swatch({ label, color, pattern }: { label: string; color?: string; pattern?: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <svg aria-hidden className="size-3 rounded-sm border">
        <rect width="100%" height="100%" fill={color ?? "var(--raised)"} />
        {pattern && <rect width="100%" height="100%" fill={`url(#${pattern})`} />}
      </svg>
      {label}
    </li>
  );
}

const scales = {
  power: { from: "0", to: `${powerTop} W for each U`, note: "≈ estimated from its type" },
  temperature: { from: `${temperatureRange[0]}`, to: `${temperatureRange[1]} °C`, note: "at the rack's inlet" },
} as const;

export function ElevationLegend({
  coloring,
  racks,
  theme,
}: {
  coloring: Coloring;
  racks: RackElevation[];
  theme: Theme;
}) {
  const roles = [...new Set(racks.flatMap(({ devices }) => devices.map(({ role }) => role)))].sort();
  const scale = coloring === "role" ? undefined : scales[coloring];
  return (
    <ul
      aria-label="Legend"
      className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs"
      data-testid="elevation-legend"
    >
      {scale ? (
        <li className="flex items-center gap-2">
          {scale.from}
          <span
            aria-hidden
            className="h-3 w-40 rounded-sm"
            style={{
              background: `linear-gradient(90deg, ${shadesOf("heat", theme)
                .map(({ css }) => css)
                .join(", ")})`,
            }}
          />
          {scale.to} · {scale.note}
        </li>
      ) : (
        roles.map((role) => (
          <Swatch key={role} label={role} color={`color-mix(in oklch, var(${roleToken(role)}) 45%, var(--surface))`} />
        ))
      )}
      <Swatch label="free" />
      <Swatch label="reserved" color="var(--surface)" pattern="hatch-reserved" />
      <Swatch label="blocked" color="var(--border)" pattern="hatch-blocked" />
      <Swatch label={coloring === "role" ? "offline" : "not known"} pattern="hatch" />
      <li>- - planned</li>
    </ul>
  );
}
