"use client";
// The plan on the screen and under the hand: wheel and pinch zoom, dragging pans, pointing tells, a click chooses; a tap does both. While the
// plan is edited, dragging what is chosen moves it. What all this means is the page's to say.
import { useTheme } from "next-themes";
import { type PointerEvent, type ReactNode, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { Point } from "./geometry";
import { PlanRenderer, type Shown } from "./renderer";
import { type Item, itemAt, itemsOf } from "./scene";

/** What moves no farther is a click; a finger is never quite still. */
const clickPx = { mouse: 5, touch: 12 };
const tickMs = 1000;

/** What the hand does to the plan while it is edited; metres. */
export type EditGestures = {
  /** A corner of the chosen aisle, by its index, when the point is on one. */
  cornerAt: (point: Point, reachM: number) => number | null;
  press: (item: Item | undefined, add: boolean) => void;
  drag: (dx: number, dy: number) => void;
  resize: (corner: number, to: Point) => void;
  release: () => void;
  chooseWithin: (from: Point, to: Point) => void;
};

type Props = Omit<Shown, "hovered" | "served" | "marquee"> & {
  label: string;
  view: string | null;
  onView: (text: string | null) => void;
  onRenderer: (renderer: PlanRenderer | null) => void;
  onPick: (item: Item | undefined) => void;
  edit?: EditGestures;
  /** Beside the pointer, of what it is on. */
  card: (item: Item) => ReactNode;
  children?: ReactNode;
};

type Gesture =
  | { kind: "pan"; item: Item | undefined }
  | { kind: "move" }
  | { kind: "resize"; corner: number }
  | { kind: "marquee"; from: Point };

export function PlanCanvas(props: Props) {
  const { plan, label, view, edit, card, children } = props;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<PlanRenderer>(null);
  const { resolvedTheme } = useTheme();
  const [hovered, setHovered] = useState<{ item: Item; at: Point } | null>(null);
  const [marquee, setMarquee] = useState<Shown["marquee"]>(null);
  const gesture = useRef<Gesture | null>(null);
  const pointers = useRef(new Map<number, Point>());
  const started = useRef<Point>({ x: 0, y: 0 });
  const moved = useRef(false);
  const items = useMemo(() => itemsOf(plan), [plan]);

  const tellView = useEffectEvent((text: string | null) => props.onView(text));
  const tellRenderer = useEffectEvent((made: PlanRenderer | null) => props.onRenderer(made));
  const firstView = useRef(view);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new PlanRenderer(element, firstView.current, tellView);
    renderer.current = made;
    Object.assign(element, { plan: made });
    tellRenderer(made);
    // A value grows old without anybody saying so.
    const timer = setInterval(made.invalidate, tickMs);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
      made.zoomAt(within(element, event), Math.exp(-Math.max(-200, Math.min(200, pixels)) * 0.002));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      clearInterval(timer);
      element.removeEventListener("wheel", wheel);
      made.stop();
      tellRenderer(null);
    };
  }, []);
  useEffect(() => renderer.current?.setTheme(resolvedTheme === "light" ? "light" : "dark"), [resolvedTheme]);
  useEffect(() => renderer.current?.setView(view), [view]);

  const at = hovered && items.find(({ key }) => key === hovered.item.key);
  const served = useMemo(() => {
    if (at?.kind !== "unit") return null;
    const serves = plan.units.find(({ device_id }) => device_id === at.id)?.serves ?? [];
    return serves.length > 0 ? new Set(serves) : null;
  }, [at, plan]);
  useEffect(() => {
    const { layer, racks, devices, feed, selected, wrong, editing } = props;
    renderer.current?.show({
      ...{ plan, layer, racks, devices, feed, selected, wrong, editing, served, marquee },
      hovered: at?.key ?? null,
    });
  });

  const reach = () => 10 / (renderer.current?.scale ?? 1);

  function down(event: PointerEvent<HTMLCanvasElement>) {
    const made = renderer.current;
    if (!made || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const screen = within(event.currentTarget, event);
    pointers.current.set(event.pointerId, screen);
    started.current = screen;
    moved.current = pointers.current.size > 1;
    const point = made.toRoom(screen);
    const item = itemAt(items, point, { aisles: edit !== undefined });
    const corner = edit?.cornerAt(point, reach()) ?? null;
    if (edit && corner !== null) gesture.current = { kind: "resize", corner };
    else if (edit && item) {
      edit.press(item, event.shiftKey || event.ctrlKey || event.metaKey);
      gesture.current = { kind: "move" };
    } else if (edit && event.shiftKey) gesture.current = { kind: "marquee", from: point };
    else gesture.current = { kind: "pan", item };
  }

  function point(event: PointerEvent<HTMLCanvasElement>) {
    const made = renderer.current;
    if (!made) return;
    const screen = within(event.currentTarget, event);
    const before = pointers.current.get(event.pointerId);
    const doing = gesture.current;
    if (!before || !doing) {
      if (event.pointerType === "touch") return;
      const item = itemAt(items, made.toRoom(screen));
      setHovered((known) => (known?.item.key === item?.key ? known : item ? { item, at: screen } : null));
      return;
    }
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
    pointers.current.set(event.pointerId, screen);
    const still = event.pointerType === "touch" ? clickPx.touch : clickPx.mouse;
    if (Math.hypot(screen.x - started.current.x, screen.y - started.current.y) > still) moved.current = true;
    const [other] = others;
    if (other) {
      const spread = (each: Point) => Math.hypot(each.x - other.x, each.y - other.y);
      made.pan((screen.x - before.x) / 2, (screen.y - before.y) / 2);
      made.zoomAt(
        { x: (screen.x + other.x) / 2, y: (screen.y + other.y) / 2 },
        spread(screen) / Math.max(1, spread(before)),
      );
      return;
    }
    if (!moved.current) return;
    if (hovered) setHovered(null);
    if (doing.kind === "pan") made.pan(screen.x - before.x, screen.y - before.y);
    else if (doing.kind === "move") {
      edit?.drag((screen.x - started.current.x) / made.scale, (screen.y - started.current.y) / made.scale);
    } else if (doing.kind === "resize") edit?.resize(doing.corner, made.toRoom(screen));
    else setMarquee(boundsBetween(doing.from, made.toRoom(screen)));
  }

  function up(event: PointerEvent<HTMLCanvasElement>) {
    const doing = gesture.current;
    pointers.current.delete(event.pointerId);
    if (pointers.current.size > 0) return;
    gesture.current = null;
    if (!doing) return;
    if (doing.kind === "marquee") {
      const to = renderer.current?.toRoom(within(event.currentTarget, event));
      if (to) edit?.chooseWithin(doing.from, to);
      setMarquee(null);
    } else if (doing.kind === "pan") {
      if (!moved.current && event.type === "pointerup") {
        if (edit) return edit.press(undefined, false);
        // A finger cannot point: what opens nothing tells what it is.
        const told = event.pointerType === "touch" && doing.item?.kind !== "rack" ? doing.item : undefined;
        setHovered(told ? { item: told, at: started.current } : null);
        props.onPick(doing.item);
      }
    } else edit?.release();
  }

  return (
    <div ref={host} className="relative min-h-0 min-w-0 flex-1 overflow-hidden">
      <canvas
        ref={canvas}
        aria-hidden
        data-testid="plan-canvas"
        title={label}
        className="absolute inset-0 size-full touch-none"
        style={{ cursor: at ? "pointer" : "grab" }}
        onPointerDown={down}
        onPointerMove={point}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={({ pointerType }) => pointerType !== "touch" && setHovered(null)}
      />
      {at && hovered && (
        <div
          data-testid="hover-card"
          className="pointer-events-none absolute z-20 w-60 rounded-md border bg-surface p-3 text-xs shadow-lg"
          style={besideOf(hovered.at, renderer.current?.size)}
        >
          {card(at)}
        </div>
      )}
      {children}
    </div>
  );
}

function within(element: Element, event: { clientX: number; clientY: number }): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

function boundsBetween(a: Point, b: Point) {
  return { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y), right: Math.max(a.x, b.x), bottom: Math.max(a.y, b.y) };
}

/** Where there is room for the card. */
function besideOf({ x, y }: Point, size = { width: 800, height: 600 }) {
  return {
    ...(x > size.width - 280 ? { right: size.width - x + 16 } : { left: x + 16 }),
    ...(y > size.height - 200 ? { bottom: size.height - y + 16 } : { top: y + 16 }),
  };
}
