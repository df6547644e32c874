"use client";
// The power chain as a picture: columns of elements from the source to the racks, joined by lines as thick as what they carry.
import { useEffect, useMemo, useRef, useState } from "react";
import { formatNumber, formatShare } from "@/lib/format";
import { ElementBox, FeedGroup } from "./chain-box";
import { type Arrow, anchorOf, type Line, layOut, neighbourOf, strokeOf } from "./chain-layout";
import { isDead, type Shown } from "./chain-states";
import type { Element } from "./power-types";

const [leastBox, mostBox] = [134, 170];
const [leastGap, mostGap] = [62, 150];
const margin = 12;

type Props = {
  elements: Element[];
  shown: ReadonlyMap<number, Shown>;
  lost: ReadonlySet<number>;
  expanded: ReadonlySet<string>;
  onExpand: (key: string) => void;
  onToggle: (id: number) => void;
};

const clamp = (value: number, least: number, most: number) => Math.floor(Math.min(most, Math.max(least, value)));

/** As wide as there is room for, so that the words on the lines have room, too. */
function useWidth() {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const look = () => setWidth(element.clientWidth);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { host, width };
}

function columnsIn(elements: Element[]) {
  return layOut(elements, { expanded: new Set(), boxWidth: 1, columnGap: 0 }).width;
}

/** What flows along a line: from its giver to those of its takers that draw from it. */
function flowOf({ giver, takers }: Line, shown: ReadonlyMap<number, Shown>, elements: ReadonlyMap<number, Element>) {
  const own = takers.filter((id) => shown.get(id)?.active === giver);
  const dead =
    isDead(shown.get(giver)?.state ?? "unknown") || takers.every((id) => isDead(shown.get(id)?.state ?? "unknown"));
  const draws = own.flatMap((id) => {
    const now = shown.get(id);
    // What an element takes is what it gives and loses; what would be is told without its loss.
    return (now?.changed ? now.kw : (elements.get(id)?.input_kw ?? now?.kw)) ?? [];
  });
  const [only] = takers.length === 1 ? takers : [];
  const one = only === undefined ? undefined : shown.get(only);
  return {
    dead,
    standby: !dead && own.length === 0,
    kw: draws.length ? draws.reduce((sum, each) => sum + each, 0) : null,
    share: one?.share ?? null,
    over: one?.over ?? null,
    changed: takers.some((id) => shown.get(id)?.changed),
    battery: one?.state === "on-battery" && one.active === null,
    fromBattery: shown.get(giver)?.state === "on-battery",
  };
}

type LineProps = { line: Line; flow: ReturnType<typeof flowOf>; largest: number };

function endsOf({ from, to }: Line) {
  return { x1: from.x + from.width, y1: anchorOf(from), x2: to.x, y2: anchorOf(to) };
}

function colorOf(flow: LineProps["flow"]) {
  if (flow.dead || flow.over === "rating") return "var(--critical)";
  if (flow.over || flow.battery || (flow.fromBattery && !flow.standby)) return "var(--warning)";
  return flow.standby || flow.kw === null ? "var(--unknown)" : "var(--chart-1)";
}

function LinePath({ line, flow, largest }: LineProps) {
  const { x1, y1, x2, y2 } = endsOf(line);
  const middle = (x1 + x2) / 2;
  return (
    <path
      d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
      fill="none"
      stroke={colorOf(flow)}
      strokeWidth={flow.dead || flow.standby ? 1.5 : strokeOf(flow.kw, largest)}
      strokeDasharray={flow.dead ? "2 5" : flow.standby || flow.battery ? "6 5" : undefined}
      strokeOpacity={flow.standby ? 0.7 : 0.85}
    />
  );
}

/** Where on a line its words stand: nearer to what takes than to what gives, so that lines that cross do not have theirs in one place. */
const along = 0.6;

function LineText({ line, flow }: Omit<LineProps, "largest">) {
  const { x1, y1, x2, y2 } = endsOf(line);
  const x = x1 + (x2 - x1) * along - 1;
  const y = y1 + (y2 - y1) * (3 * along ** 2 - 2 * along ** 3);
  const word = flow.dead
    ? "dead"
    : flow.battery
      ? "no input"
      : flow.standby
        ? "standby"
        : `${formatNumber(flow.kw, "%")} kW`;
  const share = flow.dead || flow.battery || flow.standby || flow.share === null ? undefined : formatShare(flow.share);
  const loud = flow.dead || flow.battery || flow.over !== null;
  const height = share ? 25 : 14;
  return (
    <g textAnchor="middle" fontSize={10}>
      <rect
        x={x - 23}
        y={y - height / 2}
        width={46}
        height={height}
        rx={3}
        fill="var(--background)"
        fillOpacity={0.85}
      />
      <text
        x={x}
        y={y + (share ? -2 : 3.5)}
        fill={loud ? colorOf(flow) : flow.standby ? "var(--muted)" : "var(--foreground)"}
        fontWeight={flow.changed ? 700 : 500}
      >
        {word}
      </text>
      {share && (
        <text x={x} y={y + 9.5} fill={flow.over ? colorOf(flow) : "var(--muted)"}>
          {share}
        </text>
      )}
    </g>
  );
}

const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export function ChainDiagram({ elements, shown, lost, expanded, onExpand, onToggle }: Props) {
  const { host, width } = useWidth();
  const columns = useMemo(() => columnsIn(elements), [elements]);
  const free = width - 2 * margin;
  const boxWidth = clamp((free - (columns - 1) * leastGap) / columns, leastBox, mostBox);
  const columnGap = clamp((free - columns * boxWidth) / Math.max(1, columns - 1), leastGap, mostGap);
  const layout = useMemo(
    () => layOut(elements, { expanded, boxWidth, columnGap }),
    [elements, expanded, boxWidth, columnGap],
  );
  const byId = useMemo(() => new Map(elements.map((element) => [element.id, element])), [elements]);
  const flows = layout.lines.map((line) => ({ line, flow: flowOf(line, shown, byId) }));
  const largest = Math.max(...flows.map(({ flow }) => flow.kw ?? 0));
  const unknown: Shown = {
    ...{ state: "unknown", kw: null, share: null, over: null, runtimeMin: null, active: null, changed: false },
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys go between the buttons in it
    <div
      ref={host}
      data-testid="chain-diagram"
      className="min-w-0 overflow-x-auto rounded-lg border bg-background"
      onKeyDown={(event) => {
        if (!arrows.includes(event.key)) return;
        const here = event.target instanceof HTMLElement ? event.target.dataset.box : undefined;
        const next = here && neighbourOf(layout.boxes, here, event.key as Arrow);
        if (!next) return;
        event.preventDefault();
        host.current?.querySelector<HTMLElement>(`[data-box="${next.key}"]`)?.focus();
      }}
    >
      <div
        className="relative mx-auto"
        style={{ width: layout.width + 2 * margin, height: layout.height + 2 * margin, padding: margin }}
      >
        <div className="relative size-full">
          <svg aria-hidden className="absolute inset-0 size-full overflow-visible">
            {flows.map(({ line, flow }) => (
              <LinePath key={line.key} {...{ line, flow, largest }} />
            ))}
            {flows.map(({ line, flow }) => (
              <LineText key={line.key} {...{ line, flow }} />
            ))}
          </svg>
          {layout.boxes.map((box) => {
            if (box.group) {
              const feeds = box.ids.flatMap((id) => {
                const element = byId.get(id);
                return element ? [{ element, shown: shown.get(id) ?? unknown }] : [];
              });
              return (
                <FeedGroup
                  key={box.key}
                  expanded={expanded.has(box.key)}
                  {...{ box, feeds, lost, onExpand, onToggle }}
                />
              );
            }
            const [id = 0] = box.ids;
            const element = byId.get(id);
            return (
              element && (
                <ElementBox
                  key={box.key}
                  shown={shown.get(id) ?? unknown}
                  lost={lost.has(id)}
                  {...{ box, element, onToggle }}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
