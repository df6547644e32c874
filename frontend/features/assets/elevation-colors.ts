// How what stands in a rack is coloured: by role, by power or by temperature. Roles have a tint that text stays readable on; values have the
// scale of the floor plan.
import { classOf, shadesOf, type Theme } from "@/lib/color-scale";
import { formatNumber } from "@/lib/format";
import type { Device } from "./assets-types";
import { slotOf } from "./elevation-model";

export const colorings = { role: "Role", power: "Power", temperature: "Temperature" } as const;
export type Coloring = keyof typeof colorings;

export type Look = { fill: string; ink: string; edge: string; hatched?: boolean };

const roleTokens: Record<string, string> = {
  server: "--chart-1",
  "blade-chassis": "--chart-1",
  storage: "--chart-4",
  switch: "--chart-3",
  router: "--chart-3",
  firewall: "--critical",
  "patch-panel": "--unknown",
  pdu: "--chart-2",
  ups: "--chart-5",
  "cable-management": "--unknown",
  blank: "--unknown",
};

export const roleToken = (role: string) =>
  roleTokens[role] ??
  (role.includes("switch")
    ? "--chart-3"
    : role.includes("sensor")
      ? "--chart-5"
      : role.includes("server")
        ? "--chart-1"
        : "--unknown");

const roleLook = (role: string): Look => ({
  fill: `color-mix(in oklch, var(${roleToken(role)}) 20%, var(--surface))`,
  ink: "var(--foreground)",
  edge: `var(${roleToken(role)})`,
});

const unknown: Look = { fill: "var(--raised)", ink: "var(--foreground)", edge: "var(--unknown)", hatched: true };

export const powerTop = 400; // W for each U: beyond, all is hot
export const temperatureRange = [15, 35] as const;

function shadeAt(at: number, theme: Theme): Look {
  const shade = shadesOf("heat", theme)[classOf(at)];
  return shade ? { fill: shade.css, ink: shade.ink, edge: "var(--surface)" } : unknown;
}

export const heightOf = (device: Device) => slotOf(device.position)?.height_u ?? 1;

/** `temperature`: at the inlet of its rack, °C; undefined: nothing usable is known. */
export function lookOf(device: Device, coloring: Coloring, theme: Theme, temperature: number | undefined): Look {
  if (coloring === "power") {
    const { watts } = device.power;
    if (watts === null) return unknown;
    return { ...shadeAt(watts / heightOf(device) / powerTop, theme), hatched: false };
  }
  if (coloring === "temperature") {
    if (temperature === undefined) return unknown;
    const [low, high] = temperatureRange;
    return shadeAt((temperature - low) / (high - low), theme);
  }
  return roleLook(device.role);
}

/** "412 W", "≈ 412 W" when it is only what its type draws as a rule. */
export function wattsWords({ watts, measured }: Device["power"]) {
  if (watts === null) return undefined;
  return `${measured ? "" : "≈ "}${formatNumber(watts, "count")} W`;
}
