"use client";
// What a rack says now, or said at a moment: the figures first, each with its age; then every sensor by its device.
import type { Rack, Sensor } from "@/lib/api";
import { dewPoint } from "@/lib/dew-point";
import { formatAge, formatMoment, formatNumber, noValue } from "@/lib/format";
import { inShownUnit, statesOf, stateWord } from "@/lib/units";
import { type Find, isStale, usable } from "@/lib/usable";
import { cn } from "@/lib/utils";

type Props = { rack: Rack; find: Find; now: number; timeZone: string };

function shownOf(sensor: Sensor, find: Find, now: number) {
  const reading = find(sensor.id);
  const { value, unit } = inShownUnit(reading?.value ?? Number.NaN, sensor.unit);
  const unused = !reading
    ? "never reported"
    : isStale(sensor, reading, now)
      ? "stale"
      : reading.quality === 2
        ? "implausible"
        : undefined;
  const text =
    reading && statesOf(sensor.kind).length ? stateWord(sensor.kind, reading.value) : formatNumber(value, unit);
  return { reading, value, unit, unused, text };
}

function Age({ ts, now, timeZone }: { ts: number; now: number; timeZone: string }) {
  const iso = new Date(ts).toISOString();
  const { local, utc } = formatMoment(iso, timeZone);
  return (
    <time dateTime={iso} title={`${local} (${utc})`} className="whitespace-nowrap tabular-nums">
      {formatAge(now - ts)} ago
    </time>
  );
}

type TileProps = {
  label: string;
  text: string;
  unit: string;
  unused: string | undefined;
  ts: number | undefined;
  note?: string;
} & Pick<Props, "now" | "timeZone">;

function Tile({ label, text, unit, unused, ts, note, now, timeZone }: TileProps) {
  return (
    <div className={cn("rounded-md border px-3 py-2", unused && "hatched")}>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className={cn("whitespace-nowrap tabular-nums", unused && "text-muted")}>
        <span className={cn("font-semibold text-lg", unused && ts !== undefined && "line-through")}>{text}</span> {unit}
      </dd>
      <dd className="text-muted text-xs">
        {unused && <span className="text-warning">{unused} </span>}
        {note && <span className="whitespace-nowrap tabular-nums">{note}, </span>}
        {ts !== undefined && <Age {...{ ts, now, timeZone }} />}
      </dd>
    </div>
  );
}

export function RackTiles({ rack, find, now, timeZone }: Props) {
  const sensorOf = (kind: string) => rack.sensors.find((sensor) => sensor.kind === kind);
  const tile = (kind: string, label: string, note?: (value: number) => string | undefined) => {
    const sensor = sensorOf(kind);
    if (!sensor) return null;
    const { reading, value, unit, unused, text } = shownOf(sensor, find, now);
    const noted = unused ? undefined : note?.(value);
    return <Tile key={kind} {...{ label, text, unit, unused, ts: reading?.ts, note: noted, now, timeZone }} />;
  };
  const [inlet, humidity] = ["inlet-temperature", "inlet-humidity"].map((kind) => {
    const sensor = sensorOf(kind);
    return sensor && usable(sensor, find, now);
  });
  const dew = inlet && humidity ? dewPoint(inlet.value, humidity.value) : null;
  const rated = rack.rated_power_kw;
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
      {tile("inlet-temperature", "Inlet")}
      {tile("inlet-humidity", "Humidity")}
      {sensorOf("inlet-humidity") && (
        <Tile
          label="Dew point"
          text={formatNumber(dew, "°C")}
          unit="°C"
          unused={dew === null ? "not known" : undefined}
          ts={inlet && humidity ? Math.min(inlet.ts, humidity.ts) : undefined}
          {...{ now, timeZone }}
        />
      )}
      {tile("rack-power", "Power", (value) =>
        rated ? `${Math.round((value / rated) * 100)} % of ${rated} kW` : undefined,
      )}
    </dl>
  );
}

/** Every sensor, by its device. */
export function RackDevices({ rack, find, now, timeZone }: Omit<Props, "rack"> & { rack: Pick<Rack, "sensors"> }) {
  const devices = [...new Set(rack.sensors.map(({ device }) => device))].sort();
  return (
    <div className="grid gap-3">
      {devices.map((device) => {
        const sensors = rack.sensors.filter((sensor) => sensor.device === device);
        const [first] = sensors;
        return (
          <section key={device} aria-label={device} className="overflow-hidden rounded-md border">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3 bg-raised px-3 py-1.5">
              <h4 className="font-medium">{device}</h4>
              <span className="text-muted text-xs">
                {first?.device_type} · every {first?.expected_interval_s} s
              </span>
            </div>
            <table className="w-full border-collapse text-xs">
              <thead className="sr-only">
                <tr>
                  <th scope="col">Sensor</th>
                  <th scope="col">Value</th>
                  <th scope="col">Age</th>
                </tr>
              </thead>
              <tbody>
                {sensors
                  .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
                  .map((sensor) => {
                    const { reading, unit, unused, text } = shownOf(sensor, find, now);
                    return (
                      <tr key={sensor.id} className="border-t" title={`${sensor.topic} ${sensor.field}`}>
                        <th scope="row" className="px-3 py-1 text-left font-normal first-letter:uppercase">
                          {sensor.name}
                        </th>
                        <td className={cn("px-3 text-right tabular-nums", unused && "text-muted")}>
                          {reading ? `${text} ${unit}` : noValue}
                        </td>
                        <td className="w-28 px-3 text-right text-muted">
                          {unused && <span className="text-warning">{unused} </span>}
                          {reading && <Age ts={reading.ts} {...{ now, timeZone }} />}
                        </td>
                      </tr>
                    );
                  })}
              </tbody>
            </table>
          </section>
        );
      })}
    </div>
  );
}
