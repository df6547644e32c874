// The keyboard of the plan: looking at it, and editing it. On the plan itself it works always; elsewhere on the page as far as the table leaves it.
import { type KeyboardEvent as ReactKeyboardEvent, type RefObject, useEffect, useEffectEvent } from "react";
import { type Keys, useKeys } from "@/lib/keys";
import { type Direction, neighbourOf, type Point } from "./geometry";
import { moved, taken, turned } from "./plan-draft";
import type { PlanRenderer } from "./renderer";
import type { Item } from "./scene";
import type { Editor } from "./use-editor";

const arrows: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const nudges: Record<Direction, Point> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** Ctrl or Cmd with z, y: not the page's other keys, which stand alone. */
function undoOf(event: KeyboardEvent) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  // A field that is being typed in has a way back of its own.
  if (event.target instanceof HTMLElement && event.target.matches("input, textarea, select")) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}

type Of = {
  editor: Editor;
  renderer: RefObject<PlanRenderer | null>;
  /** The racks, and everything. */
  items: Item[];
  all: Item[];
  selectedNow: () => Item | undefined;
  table: boolean;
  select: (item: Item) => void;
  open: (item: Item | undefined) => void;
  begin: (() => void) | undefined;
  onLayer: (at: number) => void;
  onTable: () => void;
  onNothing: () => void;
};

export function usePlanKeys({
  editor,
  renderer,
  items,
  all,
  selectedNow,
  table,
  select,
  open,
  begin,
  onLayer,
  onTable,
  onNothing,
}: Of) {
  const editing = editor.draft !== null;
  const step = (direction: Direction) => {
    const selected = selectedNow();
    const from = selected && { x: selected.box.x_m, y: selected.box.y_m };
    const points = items.map((item) => ({ item, x: item.box.x_m, y: item.box.y_m }));
    const [first] = points.toSorted((a, b) => a.y - b.y || a.x - b.x);
    const next = from ? neighbourOf(points, from, direction) : first;
    if (next) select(next.item);
  };
  const cycle = (by: number) => {
    const [key] = editor.chosen;
    const next = all[(all.findIndex((item) => item.key === key) + by + all.length) % all.length];
    if (!next) return;
    editor.choose([next.key]);
    renderer.current?.reveal({ x: next.box.x_m, y: next.box.y_m });
  };
  const views: Keys = {
    "+": () => renderer.current?.zoom(1.25),
    "=": () => renderer.current?.zoom(1.25),
    "-": () => renderer.current?.zoom(0.8),
    "0": () => renderer.current?.showAll(),
  };
  const looking: Keys = {
    ...views,
    ...Object.fromEntries(Object.entries(arrows).map(([key, direction]) => [key, () => step(direction)])),
    Enter: () => open(selectedNow()),
    Escape: onNothing,
    ...Object.fromEntries(["1", "2", "3", "4", "5", "6"].map((key, at) => [key, () => onLayer(at)])),
    t: onTable,
    ...(begin && { e: begin }),
  };
  const changing: Keys = {
    ...views,
    ...Object.fromEntries(
      Object.entries(arrows).map(([key, direction]) => [
        key,
        (event: KeyboardEvent) => {
          const by = event.shiftKey ? 1 : 0.1;
          const { x, y } = nudges[direction];
          editor.change((known) => moved(known, editor.chosen, x * by, y * by));
        },
      ]),
    ),
    j: () => cycle(1),
    k: () => cycle(-1),
    r: ({ shiftKey }) => editor.change((known) => turned(known, editor.chosen, shiftKey ? 15 : 90)),
    Delete: () => {
      editor.change((known) => taken(known, editor.chosen));
      editor.choose([]);
    },
    Escape: () => (editor.serving === null ? editor.choose([]) : editor.serve(null)),
  };
  const keys = editing ? changing : looking;
  // The arrows are the table's while it is there, except on the plan itself.
  useKeys(
    table && !editing
      ? Object.fromEntries(
          Object.entries(keys).filter(([key]) => !(key in arrows) && key !== "Enter" && key !== "Escape"),
        )
      : keys,
  );

  const onPlanKey = (event: ReactKeyboardEvent) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    event.preventDefault();
    act(event.nativeEvent);
  };
  const takeBack = useEffectEvent((event: KeyboardEvent) => {
    const way = undoOf(event);
    if (!way) return;
    event.preventDefault();
    if (way === "undo") editor.undo();
    else editor.redo();
  });
  useEffect(() => {
    if (!editing) return;
    const listen = (event: KeyboardEvent) => takeBack(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [editing]);

  return { onPlanKey };
}
