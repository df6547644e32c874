// What becomes of a discovered topic: the server's guess, as somebody corrects it.
import type { DiscoveredTopic } from "@/lib/api";

export type SensorDraft = { wanted: boolean; field: string; value: number; name: string; kind: string; unit: string };
export type AdoptDraft = {
  onto: "new" | "existing";
  name: string;
  role: string;
  rackId: number | null;
  deviceId: number | null;
  sensors: SensorDraft[];
};

export function draftOf({ guess }: DiscoveredTopic): AdoptDraft {
  return {
    onto: "new",
    name: guess.name,
    role: guess.role,
    rackId: guess.rack_id,
    deviceId: null,
    sensors: guess.sensors.map((sensor) => ({ wanted: true, ...sensor })),
  };
}

/** As the server takes it. */
export function adoptionOf({ topic, guess }: DiscoveredTopic, draft: AdoptDraft) {
  const { onto, name, role, rackId, deviceId, sensors } = draft;
  const device = {
    name: name.trim(),
    role: role.trim(),
    rack_id: rackId,
    ...(rackId === null && { room_id: guess.room_id }),
  };
  return {
    topic,
    ...(onto === "new" ? { device } : { device_id: deviceId }),
    sensors: sensors
      .filter(({ wanted }) => wanted)
      .map(({ field, name, kind, unit }) => ({
        ...{ field, name: name.trim(), kind: kind.trim(), unit: unit.trim() },
        ...(guess.interval_s !== null && { interval_s: guess.interval_s }),
      })),
  };
}

/** The place in the draft that the server's field names; its list leaves out what is not wanted. */
export function placeOf(field: string | undefined, draft: AdoptDraft) {
  const [, index, key] = field?.match(/^\/sensors\/(\d+)(?:\/(\w+))?/) ?? [];
  if (index === undefined) return field;
  const wanted = draft.sensors.flatMap((sensor, i) => (sensor.wanted ? [i] : []));
  return `/sensors/${wanted[Number(index)]}/${key ?? "name"}`;
}
