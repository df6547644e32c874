// What the plan shows of a rack, one metric at a time: its value, where that lies on the layer's scale, or why there is none.
import type { Rack, Sensor, Severity } from "@/lib/api";
import type { ScaleName } from "@/lib/color-scale";
import { dewPoint } from "@/lib/dew-point";
import { formatAge, formatNumber } from "@/lib/format";
import { type Find, isStale, usable } from "@/lib/usable";

/** Of one rack or unit: the worst of its open alarms, and how many there are. */
export type OpenAlarms = { worst: Severity; count: number };
/** Where values come from: the stream, or a moment of the past. */
export type Source = {
  find: Find;
  now: number;
  /** By rack, and by device for those that stand in no rack. */
  alarms: ReadonlyMap<number, OpenAlarms>;
  unitAlarms: ReadonlyMap<number, OpenAlarms>;
};

type Without = "no sensor" | "never reported" | "stale" | "implausible" | "no rating";
export type Cell = {
  /** In the rack's own square. */
  text: string;
  value: number | null;
  /** Where on the scale, 0 to 1; undefined: not on it. */
  at?: number;
  /** The worst open alarm, in the layer of alarms. */
  severity?: Severity;
  /** Why there is no value: hatched. */
  without?: Without;
};

export type RackSensors = {
  ratedKw: number | null;
  inlet: Sensor[];
  outlet: Sensor[];
  humidity: Sensor[];
  power: Sensor[];
  all: Sensor[];
};

export function sensorsOf(rack: Rack | undefined): RackSensors {
  const of = (kind: string) => rack?.sensors.filter((sensor) => sensor.kind === kind) ?? [];
  return {
    ratedKw: rack?.rated_power_kw ?? null,
    inlet: of("inlet-temperature"),
    outlet: of("outlet-temperature"),
    humidity: of("inlet-humidity"),
    power: of("rack-power"),
    all: rack?.sensors ?? [],
  };
}

/** When none of them can be used, the reason that is nearest to being well. */
function whyNone(sensors: Sensor[], { find, now }: Source): Without {
  if (sensors.length === 0) return "no sensor";
  const heard = sensors.flatMap((sensor) => {
    const reading = find(sensor.id);
    return reading ? [isStale(sensor, reading, now) ? ("stale" as const) : ("implausible" as const)] : [];
  });
  return heard.includes("implausible") ? "implausible" : (heard[0] ?? "never reported");
}

const valuesOf = (sensors: Sensor[], { find, now }: Source) =>
  sensors.flatMap((sensor) => usable(sensor, find, now)?.value ?? []);

type Measured = { value: number } | { without: Without };

function measured(sensors: Sensor[], source: Source, combine: (values: number[]) => number): Measured {
  const values = valuesOf(sensors, source);
  return values.length > 0 ? { value: combine(values) } : { without: whyNone(sensors, source) };
}

const highest = (values: number[]) => Math.max(...values);
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

/** Temperature and humidity of the same device belong together; without such a pair, the rack's first ones. */
function dewPointOf({ inlet, humidity }: RackSensors, source: Source): Measured {
  const points = humidity.flatMap((wet) => {
    const dry = inlet.find(({ device_id }) => device_id === wet.device_id) ?? inlet[0];
    const [celsius] = dry ? valuesOf([dry], source) : [];
    const [relative] = valuesOf([wet], source);
    return celsius === undefined || relative === undefined ? [] : (dewPoint(celsius, relative) ?? []);
  });
  if (points.length > 0) return { value: highest(points) };
  const missing = valuesOf(humidity, source).length === 0 ? humidity : inlet;
  return { without: whyNone(missing, source) };
}

export const layerKeys = ["temperature", "humidity", "dew-point", "power", "alarms", "age"] as const;
export type LayerKey = (typeof layerKeys)[number];

export type Layer = {
  key: LayerKey;
  label: string;
  /** Of the scale. */
  unit: string;
  scale: ScaleName | null;
  domain: [number, number];
  ticks: number[];
  /** What exactly a rack shows. */
  explained: string;
  /** The kind of sensor whose alarm limits lie on this scale. */
  limitsOf?: string;
};

export const layers: Record<LayerKey, Layer> = {
  temperature: {
    key: "temperature",
    label: "Temperature",
    unit: "°C",
    scale: "heat",
    domain: [16, 36],
    ticks: [18, 22, 27, 32],
    explained: "the warmest inlet of the rack",
    limitsOf: "inlet-temperature",
  },
  humidity: {
    key: "humidity",
    label: "Humidity",
    unit: "%RH",
    scale: "moisture",
    domain: [10, 90],
    ticks: [20, 40, 60, 80],
    explained: "relative humidity at the inlet, the most humid",
    limitsOf: "inlet-humidity",
  },
  "dew-point": {
    key: "dew-point",
    label: "Dew point",
    unit: "°C",
    scale: "moisture",
    domain: [-10, 24],
    ticks: [-9, 0, 9, 15, 21],
    explained: "from temperature and humidity at the inlet",
  },
  power: {
    key: "power",
    label: "Power",
    unit: "%",
    scale: "heat",
    domain: [0, 110],
    ticks: [0, 40, 80, 100],
    explained: "share of the rack's rated power",
  },
  alarms: {
    key: "alarms",
    label: "Alarms",
    unit: "",
    scale: null,
    domain: [0, 1],
    ticks: [],
    explained: "the worst open alarm of the rack",
  },
  age: {
    key: "age",
    label: "Data age",
    unit: "× interval",
    scale: "age",
    domain: [0, 3],
    ticks: [0, 1, 2, 3],
    explained: "age of the oldest newest reading, in intervals that its sensor should keep",
  },
};

export const layerOf = (text: string | null): Layer => layers[layerKeys.find((key) => key === text) ?? "temperature"];

export const positionOf = ({ domain: [low, high] }: Layer, value: number) => (value - low) / (high - low);

function scaled(layer: Layer, result: Measured, text: (value: number) => string): Cell {
  if ("without" in result) return { text: "", value: null, without: result.without };
  return { text: text(result.value), value: result.value, at: positionOf(layer, result.value) };
}

function powerCell(layer: Layer, rack: RackSensors, source: Source): Cell {
  const drawn = measured(rack.power, source, total);
  if ("without" in drawn) return { text: "", value: null, without: drawn.without };
  if (!rack.ratedKw) return { text: `${formatNumber(drawn.value, "kW")} kW`, value: null, without: "no rating" };
  const share = (100 * drawn.value) / rack.ratedKw;
  return { text: `${Math.round(share)} %`, value: share, at: positionOf(layer, share) };
}

/** The sensor that has been silent for the most of its intervals. */
function ageCell(layer: Layer, rack: RackSensors, { find, now }: Source): Cell {
  let most = -1;
  let age = 0;
  for (const sensor of rack.all) {
    const reading = find(sensor.id);
    if (!reading) continue;
    const silent = Math.max(0, now - reading.ts);
    const intervals = silent / (1000 * sensor.expected_interval_s);
    if (intervals > most) [most, age] = [intervals, silent];
  }
  if (most < 0) return { text: "", value: null, without: rack.all.length ? "never reported" : "no sensor" };
  return { text: formatAge(age), value: most, at: positionOf(layer, most) };
}

/** A rack of which nothing is heard is not without alarms: nobody knows. */
function alarmCell(id: number, rack: RackSensors, source: Source): Cell {
  const alarms = source.alarms.get(id);
  if (alarms) return { text: String(alarms.count), value: alarms.count, severity: alarms.worst };
  if (!rack.all.some((sensor) => usable(sensor, source.find, source.now))) {
    return { text: "", value: null, without: whyNone(rack.all, source) };
  }
  return { text: "", value: 0 };
}

export function cellOf(layer: Layer, id: number, rack: RackSensors, source: Source): Cell {
  switch (layer.key) {
    case "temperature":
      return scaled(layer, measured(rack.inlet, source, highest), (value) => formatNumber(value, "°C"));
    case "humidity":
      return scaled(layer, measured(rack.humidity, source, highest), (value) => formatNumber(value, "%RH"));
    case "dew-point":
      return scaled(layer, dewPointOf(rack, source), (value) => formatNumber(value, "°C"));
    case "power":
      return powerCell(layer, rack, source);
    case "alarms":
      return alarmCell(id, rack, source);
    case "age":
      return ageCell(layer, rack, source);
  }
}

/** A cell in words, with its unit. */
export function cellWords({ key, unit }: Layer, { text, value, severity, without }: Cell) {
  if (key === "alarms" && !without) return severity ? `${text} open, worst ${severity}` : "no alarms";
  if (without) return text ? `${text} (${without})` : without;
  if (key === "age") return `${text} (${formatNumber(value, "")} intervals)`;
  return key === "power" ? `${text} of its rating` : `${text} ${unit}`;
}

/** Average power and temperatures of what can be used, for figures beside the plan. */
export function averageOf(sensors: Sensor[], source: Source) {
  const values = valuesOf(sensors, source);
  return {
    average: values.length ? total(values) / values.length : null,
    used: values.length,
    expected: sensors.length,
  };
}
