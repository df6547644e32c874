// How an address names a rack: with its room, because a rack's name is its own within its room only.
import type { Rack, Room } from "./api";

export function rackKey(rack: Rack, rooms: Room[] | undefined) {
  return `${rooms?.find(({ id }) => id === rack.room_id)?.code}.${rack.name}`;
}

/** Also by its name alone: the first that is called so. */
export function findRack(key: string | null, racks: Rack[] | undefined, rooms: Room[] | undefined) {
  if (!key) return undefined;
  return racks?.find((rack) => rackKey(rack, rooms) === key) ?? racks?.find(({ name }) => name === key);
}
