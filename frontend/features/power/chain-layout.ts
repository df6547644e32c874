// Where the elements of a power chain stand: in columns by how many hands the power has gone through, the feeds of racks together under what
// they hang on, and every column in the order that crosses the fewest lines. Pure; drawing is elsewhere.
import type { Element } from "./power-types";

type Given = Pick<Element, "id" | "name" | "kind" | "inputs" | "active_input">;

export type Box = {
  /** "7", or "feeds-7": the rack feeds under element 7. */
  key: string;
  /** One element, or the feeds of a group in their order. */
  ids: number[];
  group: boolean;
  column: number;
  x: number;
  y: number;
  width: number;
  height: number;
};
export type Line = {
  key: string;
  from: Box;
  to: Box;
  /** The element that gives, and those that take. */
  giver: number;
  takers: number[];
};
export type Layout = { boxes: Box[]; lines: Line[]; width: number; height: number };

export const boxHeight = 68;
export const feedHeight = 28;
const groupHead = 68;
const rowGap = 16;

/** Where lines meet a box: a group hangs on its head, however long it is. */
export const anchorOf = ({ y, height, group }: Pick<Box, "y" | "height" | "group">) =>
  y + (group ? groupHead : height) / 2;

const groupKey = (giver: number | undefined) => `feeds-${giver ?? "none"}`;

type Node = { key: string; ids: number[]; group: boolean; givers: string[] };

function nodesOf(elements: Given[]): Node[] {
  const known = new Set(elements.map(({ id }) => id));
  const groups = new Map<string, Node>();
  const single: Node[] = [];
  for (const { id, kind, inputs } of elements) {
    const givers = inputs.filter((each) => known.has(each) && each !== id);
    if (kind !== "rack-feed") {
      single.push({ key: String(id), ids: [id], group: false, givers: givers.map(String) });
      continue;
    }
    const key = groupKey(givers[0]);
    const group = groups.get(key) ?? { key, ids: [], group: true, givers: givers.slice(0, 1).map(String) };
    group.ids.push(id);
    groups.set(key, group);
  }
  const names = new Map(elements.map(({ id, name }) => [id, name]));
  for (const { ids } of groups.values()) {
    ids.sort((a, b) => (names.get(a) ?? "").localeCompare(names.get(b) ?? "", "en", { numeric: true }));
  }
  return [...single, ...groups.values()];
}

/** The longest way from a source; a loop, which the server refuses, ends where it comes round. */
function columnsOf(nodes: Node[]) {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const found = new Map<string, number>();
  const visit = (key: string, on: ReadonlySet<string>): number => {
    const known = found.get(key);
    if (known !== undefined) return known;
    const givers = byKey.get(key)?.givers.filter((each) => !on.has(each)) ?? [];
    const deeper = new Set(on).add(key);
    const column = givers.length ? 1 + Math.max(...givers.map((each) => visit(each, deeper))) : 0;
    if (on.size === 0 || givers.length === byKey.get(key)?.givers.length) found.set(key, column);
    return column;
  };
  for (const { key } of nodes) visit(key, new Set());
  return found;
}

const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Their tops, as near to what is wished as their order and heights allow. */
function placed(heights: number[], wished: number[]): number[] {
  const blocks: { top: number; height: number; weight: number; at: number[] }[] = [];
  heights.forEach((height, index) => {
    blocks.push({ top: wished[index] ?? 0, height, weight: 1, at: [index] });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (!before || !last || blocks.length < 2 || before.top + before.height + rowGap <= last.top) break;
      // They touch: both move, and from now on together.
      const offset = before.height + rowGap;
      const weight = before.weight + last.weight;
      const top = (before.top * before.weight + (last.top - offset) * last.weight) / weight;
      blocks.splice(-2, 2, { top, height: offset + last.height, weight, at: [...before.at, ...last.at] });
    }
  });
  const tops: number[] = [];
  for (const { top, at } of blocks) {
    let y = top;
    for (const index of at) {
      tops[index] = y;
      y += (heights[index] ?? 0) + rowGap;
    }
  }
  return tops;
}

type Options = { expanded: ReadonlySet<string>; boxWidth: number; columnGap: number };

export function layOut(elements: Given[], { expanded, boxWidth, columnGap }: Options): Layout {
  const nodes = nodesOf(elements);
  const columnOf = columnsOf(nodes);
  const names = new Map(elements.map(({ id, name }) => [String(id), name]));
  const boxes = new Map(
    nodes.map(({ key, ids, group }): [string, Box] => {
      const column = columnOf.get(key) ?? 0;
      const [x, height] = [column * (boxWidth + columnGap), group ? groupHead : boxHeight];
      return [key, { key, ids, group, column, x, y: 0, width: boxWidth, height }];
    }),
  );
  const lines = nodes.flatMap(({ key, ids, givers }) =>
    givers.flatMap((giver): Line[] => {
      const [from, to] = [boxes.get(giver), boxes.get(key)];
      return from && to ? [{ key: `${giver}-${key}`, from, to, giver: Number(giver), takers: ids }] : [];
    }),
  );
  const columns = Array.from({ length: 1 + Math.max(-1, ...columnOf.values()) }, (_, column) =>
    [...boxes.values()]
      .filter((box) => box.column === column)
      .sort((a, b) => (names.get(a.key) ?? a.key).localeCompare(names.get(b.key) ?? b.key, "en", { numeric: true })),
  );
  const beside = (box: Box, side: "from" | "to") =>
    lines.filter((line) => line[side === "from" ? "to" : "from"] === box).map((line) => line[side]);
  // Order first, by the mean place of what gives, then of what takes; a few rounds settle it.
  const place = new Map<Box, number>();
  for (const column of columns) column.forEach((box, at) => void place.set(box, at));
  for (let round = 0; round < 5; ++round) {
    const side = round % 2 ? "to" : "from";
    for (const column of round % 2 ? columns.toReversed() : columns) {
      const wish = new Map(
        column.map((box) => {
          const others = beside(box, side).map((each) => place.get(each) ?? 0);
          return [box, others.length ? mean(others) : (place.get(box) ?? 0)];
        }),
      );
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (place.get(a) ?? 0) - (place.get(b) ?? 0));
      column.forEach((box, at) => void place.set(box, at));
    }
  }
  for (const column of columns) {
    let y = 0;
    for (const box of column) {
      box.y = y;
      y += box.height + rowGap;
    }
  }
  for (let round = 0; round < 6; ++round) {
    const side = round % 2 ? "from" : "to";
    for (const column of round % 2 ? columns : columns.toReversed()) {
      const wished = column.map((box) => {
        const others = beside(box, side);
        return others.length ? mean(others.map(anchorOf)) - (anchorOf(box) - box.y) : box.y;
      });
      const tops = placed(
        column.map(({ height }) => height),
        wished,
      );
      column.forEach((box, at) => {
        box.y = tops[at] ?? 0;
      });
    }
  }
  // What is opened pushes down what is below it; nothing else moves.
  for (const column of columns) {
    let pushed = 0;
    for (const box of column) {
      box.y += pushed;
      if (!expanded.has(box.key) || !box.group) continue;
      const more = box.ids.length * feedHeight + 8;
      box.height += more;
      pushed += more;
    }
  }
  const all = [...boxes.values()];
  const top = Math.min(...all.map(({ y }) => y));
  for (const box of all) box.y -= top;
  return {
    boxes: columns.flat(),
    lines,
    width: columns.length ? columns.length * (boxWidth + columnGap) - columnGap : 0,
    height: Math.max(0, ...all.map(({ y, height }) => y + height)),
  };
}

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** Where an arrow key leads from a box: within its column, or to the nearest of the next one. */
export function neighbourOf(boxes: Box[], key: string, arrow: Arrow): Box | undefined {
  const here = boxes.find((box) => box.key === key);
  if (!here) return undefined;
  if (arrow === "ArrowUp" || arrow === "ArrowDown") {
    const column = boxes.filter(({ column }) => column === here.column).sort((a, b) => a.y - b.y);
    return column[column.indexOf(here) + (arrow === "ArrowDown" ? 1 : -1)];
  }
  const wanted = here.column + (arrow === "ArrowRight" ? 1 : -1);
  const away = (box: Box) => Math.abs(anchorOf(box) - anchorOf(here));
  return boxes.filter(({ column }) => column === wanted).sort((a, b) => away(a) - away(b))[0];
}

/** Which input carries when some of them are gone: the first that is alive, in the order of preference. */
export function activeInput({ inputs }: Pick<Element, "inputs">, isAlive: (id: number) => boolean): number | null {
  return inputs.find(isAlive) ?? null;
}

const [thinnest, thickest] = [1.5, 9];

/** How thick a line is, in px, by its share of the largest load in the picture. */
export function strokeOf(kw: number | null, largest: number) {
  if (kw === null || kw <= 0 || largest <= 0) return thinnest;
  return thinnest + (thickest - thinnest) * Math.min(1, kw / largest);
}
