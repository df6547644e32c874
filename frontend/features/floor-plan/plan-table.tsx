"use client";
// The same as the plan, as a table: every rack with every metric, for those who cannot see it, and for those who want numbers.
import { useTheme } from "next-themes";
import { useMemo, useState } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { SeverityBadge } from "@/components/severity-badge";
import { EmptyView } from "@/components/state-views";
import { classOf, shadesOf } from "@/lib/color-scale";
import { formatNumber, noValue } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useReadingsSnapshots } from "@/lib/readings-store";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { type Cell, cellOf, cellWords, type Layer, type LayerKey, layerKeys, layers, type RackSensors } from "./layers";
import type { Plan, PlanRack } from "./plan-api";
import type { Feed } from "./renderer";

type Cells = Record<LayerKey, Cell>;
type Row = { rack: PlanRack; cells: Cells };

const keyOf = ({ rack }: Row) => rack.id;
const nameOf = ({ rack }: Row) => `rack ${rack.name}`;

/** The colour that the plan has for it. */
function Swatch({ layer, cell }: { layer: Layer; cell: Cell }) {
  const theme = useTheme().resolvedTheme === "light" ? "light" : "dark";
  const shade = layer.scale && cell.at !== undefined ? classOf(cell.at) : undefined;
  return (
    <span
      aria-hidden
      data-shade={cell.without ? "hatched" : shade}
      className={cn("mr-2 inline-block size-3 rounded-sm border align-middle", cell.without && "hatched")}
      style={{ background: shade === undefined || !layer.scale ? undefined : shadesOf(layer.scale, theme)[shade]?.css }}
    />
  );
}

function Value({ layer, cell, shown }: { layer: Layer; cell: Cell; shown: boolean }) {
  const number =
    layer.key === "age" || layer.key === "power"
      ? cell.text
      : cell.value === null
        ? ""
        : formatNumber(cell.value, layer.unit);
  return (
    <span title={cellWords(layer, cell)} className={cn(shown && "font-semibold")}>
      {shown && layer.scale && <Swatch layer={layer} cell={cell} />}
      {cell.without && !number ? <span className="text-muted">{shown ? cell.without : noValue}</span> : number}
    </span>
  );
}

const headings: Record<LayerKey, string> = {
  temperature: "Inlet °C",
  humidity: "RH %",
  "dew-point": "Dew °C",
  power: "Power %",
  alarms: "Alarms",
  age: "Age",
};
const widths: Partial<Record<LayerKey, string>> = {
  temperature: "w-[6.5rem]",
  humidity: "w-20",
  "dew-point": "w-20",
  power: "w-[5.5rem]",
  age: "w-20",
};

function columnsFor(layer: LayerKey): Column<Row>[] {
  return [
    {
      key: "name",
      label: "Rack",
      order: "name",
      className: "w-20",
      cell: ({ rack }) => <strong className="font-medium">{rack.name}</strong>,
    },
    ...layerKeys.map(
      (key): Column<Row> => ({
        key,
        label: headings[key],
        order: key,
        numeric: key !== "alarms",
        className: widths[key],
        cell: ({ cells }) =>
          key !== "alarms" ? (
            <Value layer={layers[key]} cell={cells[key]} shown={key === layer} />
          ) : cells.alarms.severity ? (
            <SeverityBadge severity={cells.alarms.severity} />
          ) : (
            <span className="text-muted">{cells.alarms.without ?? "none"}</span>
          ),
      }),
    ),
  ];
}

const severityRank = { critical: 4, major: 3, minor: 2, info: 1 };

function rankOf({ cells }: Row, by: LayerKey) {
  const { value, severity } = cells[by];
  return by === "alarms" ? (severity ? severityRank[severity] : 0) : (value ?? Number.NEGATIVE_INFINITY);
}

type Props = {
  plan: Plan;
  racks: ReadonlyMap<number, RackSensors>;
  feed: Feed;
  layer: Layer;
  onOpen: (rack: PlanRack) => void;
};

export function PlanTable({ plan, racks, feed, layer, onOpen }: Props) {
  // Once a second is often enough to be read.
  const now = useServerNow();
  const url = useUrlState();
  const [asked, setAsked] = useState(0);
  const snapshots = useReadingsSnapshots();
  const by = url.search.get("sort") ?? "name";
  const down = url.search.get("order") === "down";
  const source = feed.current();
  const rowOf = (rack: PlanRack): Row => {
    const sensors = racks.get(rack.id);
    const cells = Object.fromEntries(
      layerKeys.map((key) => [
        key,
        sensors ? cellOf(layers[key], rack.id, sensors, source) : { text: "", value: null, without: "no sensor" },
      ]),
    ) as Cells;
    return { rack, cells };
  };
  const latest = { rowOf, now };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is made when it is asked for, never under the cursor
  const ordered = useMemo(() => {
    const sorted = plan.racks.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    const key = layerKeys.find((each) => each === by);
    if (key) {
      const ranks = new Map(sorted.map((rack) => [rack.id, rankOf(latest.rowOf(rack), key)]));
      sorted.sort((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
    }
    return down ? sorted.toReversed() : sorted;
  }, [plan, by, down, asked, snapshots]);
  const columns = useMemo(() => columnsFor(layer.key), [layer.key]);
  return (
    <DataTable
      label={`Racks of ${plan.room.name}`}
      columns={columns}
      rows={ordered.map(rowOf)}
      keyOf={keyOf}
      nameOf={nameOf}
      order={{ by, down }}
      onOrder={(next) => {
        setAsked((before) => before + 1);
        url.set({ sort: next === "name" ? null : next, order: next === by && !down ? "down" : null });
      }}
      onOpen={({ rack }) => onOpen(rack)}
      cardHeight={72}
      card={({ rack, cells }) => (
        <div className="grid gap-0.5">
          <span className="flex justify-between gap-2">
            <strong className="font-medium">{rack.name}</strong>
            {cells.alarms.severity && <SeverityBadge severity={cells.alarms.severity} />}
          </span>
          <span className="text-muted text-xs tabular-nums">
            {(["temperature", "humidity", "power", "age"] as const)
              .map((key) => cellWords(layers[key], cells[key]))
              .join(" · ")}
          </span>
        </div>
      )}
      instead={plan.racks.length === 0 ? <EmptyView title="No racks in this room" /> : undefined}
    />
  );
}
