// The racks of the environment's table: how each is now, and how it was over the span; their order and their CSV.
import type { Compliance, Environment, Rack, Room } from "@/lib/api";

type Air = Environment["rooms"][number]["racks"][number];
type Past = Compliance["rooms"][number]["racks"][number];
export type AirRow = { rack: Rack; room: string; air: Air; past: Past | undefined };

export function rowsOf(
  environment: Environment,
  compliance: Compliance | undefined,
  racks: Rack[],
  rooms: Room[],
): AirRow[] {
  const past = new Map(compliance?.rooms.flatMap((room) => room.racks).map((each) => [each.rack_id, each]));
  const names = new Map(rooms.map(({ id, name }) => [id, name]));
  return environment.rooms.flatMap((room) =>
    room.racks.flatMap((air) => {
      const rack = racks.find(({ id }) => id === air.rack_id);
      return rack ? [{ rack, room: names.get(room.room_id) ?? "", air, past: past.get(rack.id) }] : [];
    }),
  );
}

const severity = ["outside", "allowable", "no-data", "recommended"];
type Rank = (row: AirRow) => number | string;

/** By column; the larger the worse, but for names. */
const ranks = {
  worst: ({ past, air }) =>
    (past ? past.share.outside * 10 + past.share.allowable : 0) - severity.indexOf(air.verdict) / 1e6,
  rack: ({ rack }) => rack.name,
  room: ({ room }) => room,
  inlet: ({ air }) => air.inlet_c ?? Number.NEGATIVE_INFINITY,
  humidity: ({ air }) => air.rh ?? Number.NEGATIVE_INFINITY,
  dew: ({ air }) => air.dew_point_c ?? Number.NEGATIVE_INFINITY,
  verdict: ({ air }) => -severity.indexOf(air.verdict),
  recommended: ({ past }) => past?.share.recommended ?? Number.NEGATIVE_INFINITY,
  outside: ({ past }) => past?.share.outside ?? Number.NEGATIVE_INFINITY,
  maximum: ({ past }) => past?.maximum_c ?? Number.NEGATIVE_INFINITY,
} satisfies Record<string, Rank>;
export type Order = keyof typeof ranks;
export const isOrder = (text: string | null): text is Order => text !== null && Object.hasOwn(ranks, text);

export function sorted(rows: AirRow[], by: Order, down: boolean) {
  const rank: Rank = ranks[by];
  const compare = (a: AirRow, b: AirRow) => {
    const [x, y] = [rank(a), rank(b)];
    if (typeof x === "number" && typeof y === "number") return Number(x > y) - Number(x < y);
    return String(x).localeCompare(String(y), "en", { numeric: true });
  };
  const names = (a: AirRow, b: AirRow) =>
    a.room.localeCompare(b.room) || a.rack.name.localeCompare(b.rack.name, "en", { numeric: true });
  return rows.toSorted((a, b) => (down ? -1 : 1) * compare(a, b) || names(a, b));
}

export const csvHeads = [
  ...["room", "rack", "verdict now", "inlet, °C", "humidity, %RH", "dew point, °C", "time", "reasons"],
  ...["recommended, share", "allowable, share", "outside, share", "no data, share"],
  ...["average inlet, °C", "minimum inlet, °C", "maximum inlet, °C", "maximum dew point, °C"],
];

export const csvLineOf = ({ rack, room, air, past }: AirRow) => [
  ...[room, rack.name, air.verdict, air.inlet_c, air.rh, air.dew_point_c, air.ts, air.reasons.join("; ")],
  ...[past?.share.recommended, past?.share.allowable, past?.share.outside, past?.share.no_data],
  ...[past?.average_c, past?.minimum_c, past?.maximum_c, past?.dew_point_max_c],
];
