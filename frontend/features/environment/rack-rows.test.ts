import { expect, test } from "vitest";
import type { Compliance, Environment, Room } from "@/lib/api";
import { rack, sensor } from "@/lib/test-data";
import { percent, rciWord } from "./air";
import { csvHeads, csvLineOf, rowsOf, sorted } from "./rack-rows";

const racks = ["A1", "A2", "A10"].map((name, at) => rack(name, sensor(at + 1, "inlet-temperature")));
const air = (rack_id: number, inlet_c: number | null, verdict: string) => ({
  ...{ rack_id, inlet_c, verdict, rh: 45, dew_point_c: 11, ts: null, reasons: verdict === "outside" ? ["hot"] : [] },
});
const share = (outside: number, allowable: number) => ({
  ...{ outside, allowable, recommended: 1 - outside - allowable, no_data: 0 },
});
const environment = {
  rooms: [{ room_id: 1, racks: [air(1, 22, "recommended"), air(2, 35, "outside"), air(3, null, "no-data")] }],
} as unknown as Environment;
const compliance = {
  rooms: [
    {
      room_id: 1,
      racks: [
        { rack_id: 1, share: share(0.2, 0.1), average_c: 22, maximum_c: 33 },
        { rack_id: 2, share: share(0.1, 0.9), average_c: 30, maximum_c: 35 },
      ],
    },
  ],
} as unknown as Compliance;
const rows = rowsOf(environment, compliance, racks, [{ id: 1, name: "Room 1" } as Room]);
const names = (...order: Parameters<typeof sorted> extends [unknown, ...infer Rest] ? Rest : never) =>
  sorted(rows, ...order).map((row) => row.rack.name);

test("the worst first is by the time outside, then by the time that was only allowable", () => {
  expect(names("worst", true)).toEqual(["A1", "A2", "A10"]);
});

test("by name as people count; by inlet with what is not known at the cold end", () => {
  expect(names("rack", false)).toEqual(["A1", "A2", "A10"]);
  expect(names("inlet", true)).toEqual(["A2", "A1", "A10"]);
});

test("CSV: a cell for each heading, also of a rack that has no past", () => {
  for (const row of rows) expect(csvLineOf(row)).toHaveLength(csvHeads.length);
  expect(csvLineOf(rows[1] as (typeof rows)[number]).slice(0, 4)).toEqual(["Room 1", "A2", "outside", 35]);
});

test("what is a little is not nothing, and nearly all is not all", () => {
  expect([0, 0.0004, 0.5, 0.9995, 1].map(percent)).toEqual(["0", "< 0.1", "50", "> 99.9", "100"]);
});

test("the index in words", () => {
  expect([100, 96, 95.9, 91, 90, -20].map((index) => rciWord(index).word)).toEqual([
    ...["good", "good", "acceptable", "acceptable", "poor", "poor"],
  ]);
});
