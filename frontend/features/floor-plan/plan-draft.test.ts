import { expect, test } from "vitest";
import {
  changed,
  documentOf,
  draftOf,
  isDirty,
  keyOfPointer,
  keysWithin,
  moved,
  placed,
  problemsOf,
  redone,
  resized,
  snapped,
  taken,
  turned,
  undone,
  withAisle,
  withRow,
  withServes,
} from "./plan-draft";
import { type ItemKey, itemsOf } from "./scene";
import { planRack, somePlan } from "./test-data";

const plan = somePlan();
const a01 = new Set<ItemKey>(["rack:1"]);
const boxOf = (of: typeof plan, id: number) => of.racks.find((rack) => rack.id === id)?.placement;

test("undo goes back step by step, redo forth, and a new change ends what could be redone", () => {
  const first = moved(plan, a01, 0, 1);
  const second = moved(first, a01, 0, 1);
  let draft = changed(changed(draftOf(plan), first), second);
  expect(isDirty(draft)).toBe(true);
  draft = undone(draft);
  expect(draft.plan).toBe(first);
  draft = undone(undone(draft));
  expect(draft.plan).toBe(plan);
  expect(isDirty(draft)).toBe(false);
  draft = redone(redone(redone(draft)));
  expect(draft.plan).toBe(second);
  draft = changed(undone(draft), moved(first, a01, 1, 0));
  expect(draft.future).toEqual([]);
  expect(redone(draft)).toBe(draft);
});

test("what was moved back is not dirty, and no change is no step", () => {
  const draft = changed(draftOf(plan), moved(moved(plan, a01, 1, 0), a01, -1, 0));
  expect(isDirty(draft)).toBe(false);
  expect(changed(draft, draft.plan)).toBe(draft);
  expect(moved(plan, new Set(), 1, 1)).toBe(plan);
});

test("racks snap to their neighbours' sides and rows, otherwise to the grid", () => {
  const lone = somePlan({ racks: [planRack(1, "A01", 3, 2.8), planRack(2, "A02", 6.03, 6.07)] });
  // Beside A01, nearly: to its right side, in its row.
  const beside = snapped(lone, new Set<ItemKey>(["rack:2"]), 3.68 - 6.03, 2.88 - 6.07);
  const there = boxOf(moved(lone, new Set<ItemKey>(["rack:2"]), beside.x, beside.y), 2);
  expect(there).toMatchObject({ x_m: 3.6, y_m: 2.8 });
  // Far from all: its edges lie on the grid.
  const away = snapped(lone, new Set<ItemKey>(["rack:2"]), 1.02, 0.04);
  expect(boxOf(moved(lone, new Set<ItemKey>(["rack:2"]), away.x, away.y), 2)).toMatchObject({ x_m: 7.1, y_m: 6.1 });
});

test("one turns on the spot, several around their middle, an aisle swaps its sides", () => {
  expect(boxOf(turned(plan, a01, 90), 1)).toMatchObject({ x_m: 3, y_m: 2.8, rotation_deg: 90 });
  const pair = turned(plan, new Set<ItemKey>(["rack:1", "rack:2"]), 90);
  expect(boxOf(pair, 1)).toMatchObject({ x_m: 3.3, y_m: 2.5, rotation_deg: 90 });
  expect(boxOf(pair, 2)).toMatchObject({ x_m: 3.3, y_m: 3.1, rotation_deg: 90 });
  expect(turned(plan, new Set<ItemKey>(["aisle:0"]), 90).aisles[0]).toMatchObject({ width_m: 1.2, depth_m: 4 });
});

test("an aisle's corner goes where it is dragged, the one across stays", () => {
  expect(resized(plan, "aisle:0", 2, { x: 7.04, y: 5.01 }).aisles[0]).toMatchObject({
    x_m: 4.5,
    width_m: 5,
    y_m: 4.2,
    depth_m: 1.6,
  });
  expect(resized(plan, "aisle:0", 0, { x: 1, y: 3.4 }).aisles[0]).toMatchObject({ x_m: 3.5, width_m: 5 });
});

test("a new aisle has a name of its own", () => {
  const two = withAisle(withAisle(plan, "hot", { x: 5, y: 5 }), "hot", { x: 5, y: 6 });
  expect(two.aisles.slice(2).map(({ name }) => name)).toEqual(["Hot aisle 1", "Hot aisle 2"]);
});

test("what is taken from the floor waits, and is placed where nothing stands", () => {
  const without = taken(plan, new Set<ItemKey>(["rack:1", "aisle:1", "unit:90"]));
  expect(boxOf(without, 1)).toBeNull();
  expect(without.aisles).toHaveLength(1);
  expect(without.units[0]?.placement).toBeNull();
  const back = placed(without, "rack:1", { x: 3.6, y: 2.8 });
  expect(boxOf(back, 1)).not.toBeNull();
  expect(problemsOf(back).size).toBe(0);
});

test("overlaps and what stands outside are told at each thing", () => {
  expect(problemsOf(plan).size).toBe(0);
  const wrong = problemsOf(moved(plan, a01, 0.3, 0));
  expect(wrong.get("rack:1")).toBe("A01 overlaps A02");
  expect(wrong.get("rack:2")).toBe("A02 overlaps A01");
  expect(problemsOf(moved(plan, a01, -5, 0)).get("rack:1")).toBe("A01 stands outside of the room");
});

test("the server's pointer names the thing in what was sent", () => {
  expect(documentOf(plan).racks[2]).toEqual({ id: 3, row: "B", placement: plan.racks[2]?.placement });
  expect(keyOfPointer(plan, "/racks/2/placement/x_m")).toBe("rack:3");
  expect(keyOfPointer(plan, "/units/0/serves/1")).toBe("unit:90");
  expect(keyOfPointer(plan, "/aisles/1")).toBe("aisle:1");
  for (const other of ["/width_m", "", "/racks/99", "/racks/x", "/aisles/7"])
    expect(keyOfPointer(plan, other)).toBeUndefined();
});

test("rows and what a unit serves", () => {
  expect(withRow(plan, a01, "Z").racks[0]?.row).toBe("Z");
  expect(withRow(plan, a01, "").racks[0]?.row).toBeNull();
  expect(withServes(plan, 90, [4]).units[0]?.serves).toEqual([4]);
});

test("a frame chooses what has its middle inside, but no aisles", () => {
  expect([...keysWithin(itemsOf(plan), { x: 2, y: 2 }, { x: 5, y: 3 })]).toEqual(["rack:1", "rack:2"]);
});
