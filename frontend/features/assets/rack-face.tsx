"use client";
// One face of a rack as SVG, true to scale: what stands in it, what is free, reserved or blocked, and where what is being moved would come
// to stand. What a click or a key means is the area's to say (elevation-area.tsx); it finds its way by the data attributes.
import { memo, type ReactNode } from "react";
import type { Theme } from "@/lib/color-scale";
import { cn } from "@/lib/utils";
import type { Device, Position, RackElevation, Side, Slot } from "./assets-types";
import { type Coloring, lookOf, wattsWords } from "./elevation-colors";
import {
  freeCells,
  pictureOf,
  positionWords,
  seenFrom,
  sideMounted,
  slotOf,
  type TypePictures,
  topOf,
  uWords,
  type View,
} from "./elevation-model";

export type Ghost = { id: number; name: string; position: Position | null; ok: boolean };
type Severity = "critical" | "major" | "minor" | "info";

export type FaceProps = {
  rack: RackElevation;
  view: View;
  /** Pixels: of a U, and of what lies between the rails. */
  unit: number;
  body: number;
  coloring: Coloring;
  theme: Theme;
  temperature: number | undefined;
  /** False: too far from what is seen; its frame alone keeps its place. */
  drawn: boolean;
  chosen: ReadonlySet<number>;
  opened: number | undefined;
  /** Those that are being moved. */
  held: ReadonlySet<number>;
  ghosts: Ghost[];
  /** Undefined: none are shown. */
  pictures: TypePictures | undefined;
  /** The worst open alarm of a device. */
  severities: ReadonlyMap<number, Severity>;
};

const gutter = 24;
const strip = 13;
export const pad = 4;
export const bodyLeft = gutter + strip + 2;
export const widthOf = (body: number) => bodyLeft + body + 2 + strip + pad;

const textPx = 11;
const letterPx = 5.9;
const fitted = (text: string, px: number) => {
  const most = Math.floor(px / letterPx);
  return text.length <= most ? text : most < 3 ? "" : `${text.slice(0, most - 1)}…`;
};

/** Left and right are as seen from the front: from the rear all is mirrored. */
export function mirrored<S extends Side>(side: S, view: View): S {
  if (view === "front" || side === "full") return side;
  return (side === "left" ? "right" : "left") as S;
}

type Box = { x: number; y: number; width: number; height: number };

function boxOf(slot: Pick<Slot, "u" | "height_u" | "side">, { rack, view, unit, body }: FaceProps): Box {
  const side = mirrored(slot.side, view);
  return {
    x: bodyLeft + (side === "right" ? body / 2 : 0),
    y: pad + (rack.height_u - topOf(slot)) * unit,
    width: side === "full" ? body : body / 2,
    height: slot.height_u * unit,
  };
}

function nameOf(device: Device, view: View, severity: Severity | undefined) {
  const type = device.device_type;
  const parts = [
    device.name,
    device.role,
    type && `${type.manufacturer} ${type.model}`,
    positionWords(device.position),
    device.status === "active" ? "" : device.status,
    wattsWords(device.power),
    severity && `${severity} alarm`,
  ];
  return `${parts.filter(Boolean).join(", ")}; seen from the ${view}`;
}

const cellData = (slot: Pick<Slot, "u" | "height_u" | "side">) => ({
  ...{ "data-u": slot.u, "data-top": topOf(slot), "data-side": slot.side },
});

type CellProps = {
  label: string;
  pressed?: boolean;
  faint?: boolean;
  opacity?: number;
  children: ReactNode;
} & Record<`data-${string}`, string | number | boolean | undefined>;

/** What can be pointed at, chosen and reached by keys. */
function Cell({ label, pressed, faint = false, children, ...data }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      role="button"
      tabIndex={-1}
      data-cell
      aria-label={label}
      aria-pressed={pressed}
      className={cn("group cursor-pointer outline-none", faint && "opacity-35")}
      {...data}
    >
      {children}
    </g>
  );
}

const focusRing = "group-focus-visible:stroke-[3px] group-focus-visible:stroke-primary";
const inside = ({ x, y, width, height }: Box) => ({ x: x + 1, y: y + 1, width: width - 2, height: height - 2 });

function DeviceCell({ device, slot, ...face }: FaceProps & { device: Device; slot: Slot }) {
  const { view, unit, coloring, theme, temperature, chosen, opened, held, severities, pictures } = face;
  const picture = pictureOf(device, view, pictures);
  const look = lookOf(device, coloring, theme, temperature);
  const { x, y, width, height } = boxOf(slot, face);
  const severity = severities.get(device.id);
  const watts = wattsWords(device.power);
  const right = width > 150 && watts ? watts : "";
  const marks = (severity ? 14 : 0) + (device.status === "offline" ? 14 : 0);
  const room = width - 14 - marks - (right ? right.length * letterPx + 6 : 0);
  const own = chosen.has(device.id) || device.id === opened;
  const type = device.device_type;
  const middle = height >= 2 * unit && unit > 12 && type ? y + height / 2 - 6 : y + height / 2;
  return (
    <Cell
      label={nameOf(device, view, severity)}
      pressed={chosen.has(device.id)}
      faint={held.has(device.id)}
      data-device={device.id}
      {...cellData(slot)}
      opacity={device.status === "decommissioned" ? 0.55 : undefined}
    >
      <rect
        x={x + 0.5}
        y={y + 0.5}
        width={width - 1}
        height={height - 1}
        rx={2}
        fill={look.fill}
        stroke={own ? "var(--foreground)" : look.edge}
        strokeWidth={own ? 2 : 1}
        strokeDasharray={device.status === "planned" ? "4 3" : undefined}
        className={cn("group-hover:stroke-2", focusRing)}
      />
      {picture && (
        <image href={picture} {...inside({ x, y, width, height })} preserveAspectRatio="none" pointerEvents="none" />
      )}
      {(look.hatched || device.status === "offline") && (
        <rect {...inside({ x, y, width, height })} fill="url(#hatch)" pointerEvents="none" />
      )}
      {coloring === "role" && (
        <rect x={x + 0.5} y={y + 0.5} width={3} height={height - 1} fill={look.edge} pointerEvents="none" />
      )}
      <g
        pointerEvents="none"
        fontSize={unit < 14 ? 9.5 : textPx}
        fill={picture ? "var(--foreground)" : look.ink}
        {...(picture && { stroke: "var(--surface)", strokeWidth: 3, paintOrder: "stroke" })}
      >
        {unit >= 11 && (
          <text x={x + 8} y={middle} dominantBaseline="central" fontWeight={own ? 600 : 500}>
            {fitted(device.name, room)}
          </text>
        )}
        {middle !== y + height / 2 && type && (
          <text x={x + 8} y={middle + 13} dominantBaseline="central" opacity={0.85}>
            {fitted(`${type.manufacturer} ${type.model}`, width - 14)}
          </text>
        )}
        {right && (
          <text x={x + width - 6 - marks} y={middle} dominantBaseline="central" textAnchor="end">
            {right}
          </text>
        )}
        {device.status === "offline" && (
          <text x={x + width - 12 - (severity ? 14 : 0)} y={middle} dominantBaseline="central">
            ○
          </text>
        )}
        {severity && (
          <text
            x={x + width - 13}
            y={middle}
            dominantBaseline="central"
            fill={severity === "critical" ? "var(--critical)" : severity === "info" ? "var(--info)" : "var(--warning)"}
            stroke="var(--surface)"
            strokeWidth={3}
            paintOrder="stroke"
          >
            {severity === "critical" ? "◆" : "▲"}
          </text>
        )}
      </g>
    </Cell>
  );
}

function ReservedCells(face: FaceProps) {
  const { rack, view, unit } = face;
  return rack.reservations
    .filter((each) => seenFrom(view, each))
    .map((each) => {
      const { x, y, width, height } = boxOf(each, face);
      const blocked = each.kind === "blocked";
      const words = blocked ? `blocked${each.reason ? ` · ${each.reason}` : ""}` : each.owner || "reserved";
      return (
        <Cell
          key={`r${each.id}`}
          label={`${uWords(each)} ${each.kind}${each.owner ? ` for ${each.owner}` : ""}${each.reason ? `: ${each.reason}` : ""}`}
          data-reservation={each.id}
          {...cellData(each)}
        >
          <rect
            x={x + 0.5}
            y={y + 0.5}
            width={width - 1}
            height={height - 1}
            rx={2}
            fill={blocked ? "var(--border)" : "var(--surface)"}
            stroke={blocked ? "var(--unknown)" : "var(--info)"}
            strokeDasharray={blocked ? undefined : "5 3"}
            className={focusRing}
          />
          <rect
            {...inside({ x, y, width, height })}
            fill={blocked ? "url(#hatch-blocked)" : "url(#hatch-reserved)"}
            pointerEvents="none"
          />
          {unit >= 11 && (
            <text
              x={x + 8}
              y={y + height / 2}
              dominantBaseline="central"
              fontSize={textPx}
              fill="var(--foreground)"
              stroke="var(--surface)"
              strokeWidth={4}
              paintOrder="stroke"
              pointerEvents="none"
            >
              {fitted(words, width - 14)}
            </text>
          )}
        </Cell>
      );
    });
}

function FreeCells(face: FaceProps) {
  const { rack, view } = face;
  return freeCells(rack, view).map(({ u, side }) => {
    const { x, y, width, height } = boxOf({ u, height_u: 1, side }, face);
    return (
      <Cell
        key={`u${u}`}
        label={`U ${u}, ${view}${side === "full" ? "" : `, ${side} half`}: free`}
        {...cellData({ u, height_u: 1, side })}
      >
        <rect
          x={x + 0.5}
          y={y + 0.5}
          width={width - 1}
          height={height - 1}
          rx={2}
          fill="var(--raised)"
          stroke="var(--border)"
          strokeWidth={0.5}
          className="group-hover:fill-[var(--border)] group-focus-visible:stroke-2 group-focus-visible:stroke-primary"
        />
      </Cell>
    );
  });
}

function sideBox(side: "left" | "right", index: number, count: number, { rack, view, unit, body }: FaceProps): Box {
  const all = rack.height_u * unit;
  const at = mirrored(side, view);
  return {
    x: at === "left" ? gutter : bodyLeft + body + 2,
    y: pad + (all / count) * index,
    width: strip,
    height: all / count,
  };
}

function SideCells(face: FaceProps) {
  const { rack, view, chosen, opened, held } = face;
  return (["left", "right"] as const).flatMap((side) => {
    const here = sideMounted(rack, view).filter(({ position }) => position?.side === side);
    return here.map((device, index) => {
      const { x, y, width, height } = sideBox(side, index, here.length, face);
      const look = lookOf(device, face.coloring, face.theme, face.temperature);
      const own = chosen.has(device.id) || device.id === opened;
      return (
        <Cell
          key={`s${device.id}`}
          label={nameOf(device, view, face.severities.get(device.id))}
          pressed={chosen.has(device.id)}
          faint={held.has(device.id)}
          data-device={device.id}
          data-side={side}
        >
          <rect
            x={x + 0.5}
            y={y + 1}
            width={width - 1}
            height={height - 2}
            rx={2}
            fill={look.fill}
            stroke={own ? "var(--foreground)" : look.edge}
            strokeWidth={own ? 2 : 1}
            className={cn("group-hover:stroke-2", focusRing)}
          />
          <text
            transform={`translate(${x + width / 2} ${y + height / 2}) rotate(-90)`}
            textAnchor="middle"
            dominantBaseline="central"
            fontSize={9.5}
            fill={look.ink}
            pointerEvents="none"
          >
            {fitted(device.name, height - 10)}
          </text>
        </Cell>
      );
    });
  });
}

function Ghosts(face: FaceProps) {
  const { ghosts, view } = face;
  return ghosts.map(({ id, name, position, ok }) => {
    const slot = slotOf(position);
    if (slot ? !seenFrom(view, slot) : position?.mount !== "side" || position.face !== view) return null;
    const { x, y, width, height } = slot ? boxOf(slot, face) : sideBox(position?.side as "left", 0, 1, face);
    return (
      <g key={id} pointerEvents="none" data-testid="ghost">
        <rect
          {...inside({ x, y, width, height })}
          rx={2}
          fill={ok ? "var(--good)" : "var(--critical)"}
          fillOpacity={0.3}
          stroke={ok ? "var(--good)" : "var(--critical)"}
          strokeWidth={2}
          strokeDasharray={ok ? undefined : "5 3"}
        />
        {slot && (
          <text x={x + 8} y={y + height / 2} dominantBaseline="central" fontSize={textPx} fill="var(--foreground)">
            {fitted(`${ok ? "" : "✕ "}${name}`, width - 14)}
          </text>
        )}
      </g>
    );
  });
}

function Numbers({ rack, unit }: FaceProps) {
  const every = unit < 12 ? 2 : 1;
  return (
    <g fontSize={9.5} fill="var(--muted)" textAnchor="end" pointerEvents="none" aria-hidden>
      {Array.from({ length: rack.height_u }, (_, index) => index + 1)
        .filter((u) => u % every === 0 || u === 1)
        .map((u) => (
          <text key={u} x={gutter - 5} y={pad + (rack.height_u - u + 0.5) * unit} dominantBaseline="central">
            {u}
          </text>
        ))}
    </g>
  );
}

export const RackFace = memo(function RackFace(face: FaceProps) {
  const { rack, view, unit, body, drawn } = face;
  const height = rack.height_u * unit + 2 * pad;
  const width = widthOf(body);
  const devices = rack.devices.flatMap((device) => {
    const slot = slotOf(device.position);
    return slot && seenFrom(view, slot) ? [{ device, slot }] : [];
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset
    <svg
      role="group"
      aria-label={`Rack ${rack.name}, ${view}`}
      width={width}
      height={height}
      data-rack={rack.id}
      data-view={view}
      className="block select-none"
    >
      <rect
        x={gutter - 2}
        y={1}
        width={width - gutter}
        height={height - 2}
        rx={4}
        fill="var(--surface)"
        stroke="var(--border)"
        strokeWidth={1.5}
      />
      {drawn && (
        <>
          <Numbers {...face} />
          <FreeCells {...face} />
          <ReservedCells {...face} />
          {devices.map((each) => (
            <DeviceCell key={each.device.id} {...face} {...each} />
          ))}
          <SideCells {...face} />
          <Ghosts {...face} />
        </>
      )}
    </svg>
  );
});
