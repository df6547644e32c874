import { expect, test } from "vitest";
import type { Slot } from "./assets-types";
import {
  firstSlot,
  freeCells,
  freeSpace,
  movesProblem,
  movesTo,
  overlap,
  spaceProblem,
  withMoves,
} from "./elevation-model";
import { at, device, rackOf, reservation } from "./test-data";

const slot = (u: number, height_u = 1, more: Partial<Slot> = {}): Slot => ({
  ...{ u, height_u, face: "both", side: "full" },
  ...more,
});
const nobody = new Set<number>();

test("two things overlap where U, faces and sides all meet", () => {
  expect(overlap(slot(10, 2), slot(11))).toBe(true);
  expect(overlap(slot(10, 2), slot(12))).toBe(false);
  expect(overlap(slot(10, 1, { face: "front" }), slot(10, 1, { face: "rear" }))).toBe(false);
  expect(overlap(slot(10, 1, { face: "front" }), slot(10))).toBe(true);
  expect(overlap(slot(10, 1, { side: "left" }), slot(10, 1, { side: "right" }))).toBe(false);
});

test("a refusal names the U, the face and who is there", () => {
  const rack = rackOf(1, [device(17, { position: at(12, 2, { face: "front" }) })], {
    reservations: [
      reservation(1, { u: 20, height_u: 4 }),
      reservation(2, { u: 30 }, { kind: "blocked", reason: "duct" }),
    ],
  });
  expect(spaceProblem(rack, slot(11, 2), nobody)).toBe("U 12 of rack A01, front, is taken by srv-17");
  expect(spaceProblem(rack, slot(12, 2), nobody)).toBe("U 12 to 13 of rack A01, front, is taken by srv-17");
  expect(spaceProblem(rack, slot(12, 2, { face: "rear" }), nobody)).toBeUndefined();
  expect(spaceProblem(rack, slot(12, 2), new Set([17]))).toBeUndefined();
  expect(spaceProblem(rack, slot(21), nobody)).toBe("U 21 of rack A01, front and rear, is reserved for Payments");
  expect(spaceProblem(rack, slot(30), nobody)).toMatch(/is blocked: duct$/);
  expect(spaceProblem(rack, slot(42, 2), nobody)).toBe("U 42 to 43 is outside rack A01, which has U 1 to 42");
  expect(spaceProblem(rack, slot(0), nobody)).toMatch(/is outside rack A01/);
});

test("what is free is told to each face, also half a U", () => {
  const rack = rackOf(
    1,
    [
      device(1, { position: at(1, 2) }),
      device(2, { position: at(3, 1, { side: "left" }) }),
      device(3, { position: at(4, 1, { face: "rear" }) }),
    ],
    { height_u: 5 },
  );
  expect(freeCells(rack, "front")).toEqual([
    { u: 3, side: "right" },
    { u: 4, side: "full" },
    { u: 5, side: "full" },
  ]);
  expect(freeCells(rack, "rear")).toEqual([
    { u: 3, side: "right" },
    { u: 5, side: "full" },
  ]);
});

test("a U is free when nothing is in it on either face; the largest block is what lies together", () => {
  const devices = [
    device(1, { position: at(3, 2) }),
    device(2, { position: at(8, 1, { face: "rear", side: "left" }) }),
  ];
  expect(freeSpace(rackOf(1, devices, { height_u: 10 }))).toEqual({ free: 7, largest: 3 });
  expect(freeSpace(rackOf(1, [device(1, { position: at(1, 10) })], { height_u: 10 }))).toEqual({ free: 0, largest: 0 });
});

test("what has no place yet stands as its type says", () => {
  const half = { id: 1, manufacturer: "N", model: "H", height_u: 2, full_depth: false, width: "half" as const };
  expect(firstSlot({ device_type: half }, { view: "rear", u: 7, side: "right" })).toEqual({
    ...{ u: 7, height_u: 2, face: "rear", side: "right" },
  });
  expect(firstSlot({ device_type: null }, { view: "front", u: 7, side: "left" })).toEqual(slot(7));
});

test("several move together, as they stand to each other; 0U ones stay at a side", () => {
  const [a, b] = [device(1, { position: at(10, 2) }), device(2, { position: at(14, 1, { face: "front" }) })];
  const strip = device(3, { position: { mount: "side", face: "rear", side: "left" } });
  const moves = movesTo([a, b, strip], a, { rackId: 2, view: "front", u: 20, side: "left" });
  expect(moves.map(({ rack_id }) => rack_id)).toEqual([2, 2, 2]);
  expect(moves[0]?.position).toEqual(at(20, 2));
  expect(moves[1]?.position).toEqual(at(24, 1, { face: "front" }));
  expect(moves[2]?.position).toEqual({ mount: "side", face: "front", side: "left" });
});

test("two may change places, and none may stand where another comes to stand", () => {
  const [a, b] = [device(1, { position: at(10) }), device(2, { position: at(11) })];
  const rack = rackOf(1, [a, b]);
  const swap = [
    { id: 1, version: 1, rack_id: 1, position: at(11) },
    { id: 2, version: 1, rack_id: 1, position: at(10) },
  ];
  expect(movesProblem([rack], swap)).toBeUndefined();
  expect(movesProblem([rack], [swap[0] as (typeof swap)[0]])).toMatch(/taken by srv-2/);
  const both = swap.map((move) => ({ ...move, position: at(20) }));
  expect(movesProblem([rack], both)).toBe("U 20 of rack A01 would be taken twice");
  const [after] = withMoves([rack], swap);
  expect(after?.devices.map(({ id, position }) => [id, position?.mount === "rack" && position.u])).toEqual([
    [1, 11],
    [2, 10],
  ]);
});
