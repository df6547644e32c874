// The UPS units of a site: their sensors by kind, their battery monitor, their element in the chain. Devices say it, whether or not a chain is known.
import type { Sensor } from "@/lib/api";
import { isComputed } from "@/lib/usable";
import { blockMetrics, type MetricKey } from "./outliers";
import type { Element } from "./power-types";

type Block = { number: string } & Record<MetricKey, Sensor | undefined>;

export type Ups = {
  deviceId: number;
  name: string;
  sensors: Sensor[];
  byKind: ReadonlyMap<string, Sensor>;
  element: Element | undefined;
  /** Whose loss would hurt it most. */
  worstLoss: string | undefined;
  battery: { deviceId: number; name: string; byKind: ReadonlyMap<string, Sensor>; blocks: Block[] } | undefined;
};

function grouped(sensors: Sensor[], type: string) {
  const devices = new Map<number, Sensor[]>();
  for (const sensor of sensors) {
    // What the server computes of a device has a topic of its own, beside no other.
    if (sensor.device_type === type && !isComputed(sensor))
      devices.set(sensor.device_id, [...(devices.get(sensor.device_id) ?? []), sensor]);
  }
  return [...devices.entries()];
}

const byKind = (sensors: Sensor[]) => new Map(sensors.map((sensor) => [sensor.kind, sensor]));

/** Devices of one unit publish side by side: `…/ups-01/status` and `…/ups-01/battery`. */
const unitOf = ({ topic }: Sensor) => topic.slice(0, topic.lastIndexOf("/"));

/** "block 07 resistance" is of block 07. */
const numberOf = (name: string) => /\d+/.exec(name)?.[0];

function blocksOf(sensors: Sensor[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const key of Object.keys(blockMetrics) as MetricKey[]) {
    for (const sensor of sensors) {
      const number = numberOf(sensor.name);
      if (sensor.kind !== blockMetrics[key].kind || number === undefined) continue;
      const block = blocks.get(number) ?? { number, voltage: undefined, resistance: undefined, temperature: undefined };
      block[key] = sensor;
      blocks.set(number, block);
    }
  }
  return [...blocks.values()].sort((a, b) => Number(a.number) - Number(b.number));
}

export function upsOf(sensors: Sensor[], elements: Element[]): Ups[] {
  const monitors = grouped(sensors, "battery-monitor");
  return grouped(sensors, "ups")
    .map(([deviceId, own]): Ups => {
      const [first] = own;
      const element = elements.find(({ device_id, kind }) => kind === "ups" && device_id === deviceId);
      const monitor = monitors.find(([, theirs]) => theirs[0] && first && unitOf(theirs[0]) === unitOf(first));
      return {
        deviceId,
        name: first?.device ?? "",
        sensors: own,
        byKind: byKind(own),
        element,
        worstLoss: elements.find(({ id }) => id === element?.failover?.when_lost)?.name,
        battery: monitor && {
          deviceId: monitor[0],
          name: monitor[1][0]?.device ?? "",
          byKind: byKind(monitor[1]),
          blocks: blocksOf(monitor[1]),
        },
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
