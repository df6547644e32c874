import { expect, test } from "vitest";
import type { SiteCapacity } from "./capacity-api";
import { rowsOf } from "./capacity-rows";
import { capacity } from "./test-data";

const rack = (rack_id: number, name: string, row: string | null, load: number) => ({
  ...{ rack_id, name, row, room_id: 1 },
  capacity: capacity({
    power_kw: { ...capacity().power_kw, load },
    over: load > 8 ? ["power"] : [],
  }),
});
const data: SiteCapacity = {
  server_time: "2026-11-25T12:00:00Z",
  site: capacity(),
  rooms: [
    { room_id: 2, name: "Room 2", capacity: capacity() },
    { room_id: 1, name: "Room 1", capacity: capacity() },
  ],
  rows: [{ room_id: 1, row: "A", capacity: capacity() }],
  racks: [rack(3, "A10", "A", 9), rack(1, "A02", "A", 4), rack(2, "Z1", null, 2)],
};
const standard = { level: "rack", onlyOver: false, order: "name", down: false } as const;
const names = (options: Partial<Parameters<typeof rowsOf>[1]>) =>
  rowsOf(data, { ...standard, ...options }).map(({ name }) => name);

test("by name it is a tree: rooms, their rows, the rows' racks, and racks without a row", () => {
  expect(names({})).toEqual(["Room 1", "Row A", "A02", "A10", "Z1", "Room 2"]);
  expect(names({ level: "row" })).toEqual(["Room 1", "Row A", "Room 2"]);
  expect(names({ roomId: 2 })).toEqual(["Room 2"]);
});

test("the fullest first are racks alone; so are those over capacity", () => {
  expect(names({ order: "power", down: true })).toEqual(["A10", "A02", "Z1"]);
  expect(names({ onlyOver: true })).toEqual(["A10"]);
});
