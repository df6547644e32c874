"use client";
// What is under the pointer, in words: all metrics of a rack, whichever is in colour.
import type { Sensor } from "@/lib/api";
import { useServerNow } from "@/lib/live";
import { cn } from "@/lib/utils";
import { cellOf, cellWords, type LayerKey, layerKeys, layers, type RackSensors } from "./layers";
import type { Plan } from "./plan-api";
import type { Feed } from "./renderer";
import type { Item } from "./scene";
import { unitKind, unitLook } from "./units";

type Props = {
  item: Item;
  plan: Plan;
  racks: ReadonlyMap<number, RackSensors>;
  devices: ReadonlyMap<number, Sensor[]>;
  feed: Feed;
  layer: LayerKey;
};

function RackCard({ item, plan, racks, feed, layer }: Props) {
  const rack = plan.racks.find(({ id }) => id === item.id);
  const sensors = racks.get(item.id);
  if (!rack || !sensors) return null;
  const source = feed.current();
  return (
    <>
      <p className="mb-1.5 flex justify-between gap-2">
        <strong className="font-semibold text-sm">{rack.name}</strong>
        <span className="text-muted">
          {rack.row ? `row ${rack.row} · ` : ""}
          {rack.height_u} U{rack.rated_power_kw ? ` · ${rack.rated_power_kw} kW` : ""}
        </span>
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 tabular-nums">
        {layerKeys.map((key) => (
          <div key={key} className={cn("contents", key === layer ? "font-semibold" : "text-muted")}>
            <dt>{layers[key].label}</dt>
            <dd className="text-right">{cellWords(layers[key], cellOf(layers[key], rack.id, sensors, source))}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function UnitCard({ item, plan, devices, feed }: Props) {
  const unit = plan.units.find(({ device_id }) => device_id === item.id);
  if (!unit) return null;
  const source = feed.current();
  const look = unitLook(devices.get(unit.device_id), source);
  const alarms = source.unitAlarms.get(unit.device_id);
  const served = plan.racks.filter(({ id }) => unit.serves.includes(id));
  return (
    <>
      <p className="flex justify-between gap-2">
        <strong className="font-semibold text-sm">{unit.name}</strong>
        <span className="text-muted">{unitKind(unit)}</span>
      </p>
      <p className={cn("tabular-nums", look.state === "wrong" && "font-semibold text-critical")}>{look.text}</p>
      {alarms && (
        <p>
          {alarms.count} open, worst {alarms.worst}
        </p>
      )}
      {served.length > 0 && (
        <p className="mt-1 text-muted">
          serves {served.length} racks:{" "}
          {served
            .slice(0, 12)
            .map(({ name }) => name)
            .join(", ")}
          {served.length > 12 && " …"}
        </p>
      )}
    </>
  );
}

export function HoverCard(props: Props) {
  // Once a second is often enough to be read.
  useServerNow();
  return props.item.kind === "unit" ? <UnitCard {...props} /> : <RackCard {...props} />;
}
