"use client";
// The racks under the hand: pointing tells, a click opens, dragging moves, Ctrl or Shift chooses several; a finger or pen scrolls, and takes what
// it rests on. Arrow keys go from U to U and from face to face; in grip (`m`, or a drag) they carry what is held.
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/utils";
import type { Device, RackElevation } from "./assets-types";
import { slotOf, type Target, type View } from "./elevation-model";
import { bodyLeft, mirrored, pad } from "./rack-face";
import { type Moving, whereIs } from "./use-moving";

const dragPx = 5;
const edgePx = 48;
/** A finger that has rested so long on a thing takes it; one that moves before scrolls. */
const restMs = 400;
const shakePx = 10;

export type Place = { rackId: number; view: View; u: number; side: "left" | "right" | "full" };
export type Hovered = { deviceId?: number; reservationId?: number; rackId: number; x: number; y: number };

type Props = {
  racks: RackElevation[];
  unit: number;
  body: number;
  mayEdit: boolean;
  moving: Moving;
  chosen: ReadonlySet<number>;
  onChoose: (id: number, add: boolean) => void;
  onClear: () => void;
  onOpen: (id: number) => void;
  onReservation: (id: number) => void;
  onPlace: (place: Place | undefined) => void;
  card: (hovered: Hovered) => ReactNode;
  /** Counts drops: the focus follows what has been moved. */
  focus: { id: number; count: number } | undefined;
  className?: string;
  children: ReactNode;
};

type Press = {
  x: number;
  y: number;
  /** Where the pointer is now. */
  at: { x: number; y: number };
  device: Device;
  offset: number;
  held: boolean;
  /** Away from where it was taken. */
  moved: boolean;
  /** Of a finger or pen: until it has rested. */
  timer?: ReturnType<typeof setTimeout>;
};

const cellAt = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<SVGGElement>("[data-cell]") : null;
const faceOf = (element: Element | null) => element?.closest<SVGSVGElement>("svg[data-rack]") ?? null;
const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

function placeOf(cell: SVGGElement): Place | undefined {
  const face = faceOf(cell);
  if (!face) return undefined;
  const { u = "1", side = "full" } = cell.dataset;
  return {
    ...{ rackId: Number(face.dataset.rack), view: face.dataset.view as View },
    ...{ u: Number(u), side: side as Place["side"] },
  };
}

/** The next cell in a direction: within a face by U, beyond it in the next face at the same height. */
function neighbour(host: HTMLElement, cell: SVGGElement, key: string): SVGGElement | undefined {
  const face = faceOf(cell);
  if (!face) return undefined;
  const inFace = (of: SVGSVGElement) => [...of.querySelectorAll<SVGGElement>("[data-cell]")];
  const at = (cells: SVGGElement[], u: number, side?: string) => {
    const there = cells.filter(({ dataset }) => Number(dataset.u) <= u && u <= Number(dataset.top));
    return there.find(({ dataset }) => dataset.side === side) ?? there[0];
  };
  const { u = "1", top = u, side } = cell.dataset;
  if (key === "ArrowUp") return at(inFace(face), Number(top) + 1, side);
  if (key === "ArrowDown") return at(inFace(face), Number(u) - 1, side);
  // The other half of the same U first, then what hangs at the side, then the next face.
  const cells = inFace(face);
  const here = cells
    .filter(
      ({ dataset }) => dataset.u === undefined || (Number(dataset.u) <= Number(u) && Number(u) <= Number(dataset.top)),
    )
    .toSorted((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left);
  const step = key === "ArrowLeft" ? -1 : 1;
  const beside = here[here.indexOf(cell) + step];
  if (beside) return beside;
  const faces = [...host.querySelectorAll<SVGSVGElement>("svg[data-rack]")];
  const next = faces[faces.indexOf(face) + step];
  return next && (at(inFace(next), Number(u)) ?? inFace(next)[0]);
}

export function ElevationArea(props: Props) {
  const { racks, unit, body, mayEdit, moving, chosen, onChoose, onOpen, onReservation, onPlace, card, focus } = props;
  const host = useRef<HTMLDivElement>(null);
  const press = useRef<Press>(undefined);
  const swallow = useRef(false);
  const [hovered, setHovered] = useState<Hovered>();
  const { held, target } = moving;
  const find = (id: number | undefined) => racks.flatMap(({ devices }) => devices).find((each) => each.id === id);

  /** One cell can be reached by Tab: the one that had the focus last. */
  const roving = useRef<SVGGElement | null>(null);
  const makeReachable = (cell: SVGGElement) => {
    if (roving.current && roving.current !== cell) roving.current.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    roving.current = cell;
  };
  useEffect(() => {
    if (roving.current?.isConnected) return;
    const first = host.current?.querySelector<SVGGElement>("[data-cell]");
    if (first) makeReachable(first);
  });
  const carriedTo = held?.by === "keys" ? target : undefined;
  useEffect(() => {
    if (!carriedTo) return;
    const { rackId, view } = carriedTo;
    const face = host.current?.querySelector(`svg[data-rack="${rackId}"][data-view="${view}"]`);
    face?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [carriedTo]);
  // What has been moved comes to stand in another rack a moment after it was dropped: the focus waits for it, unless somebody goes on.
  const awaited = useRef<number>(undefined);
  useEffect(() => {
    awaited.current = focus?.id;
  }, [focus]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time something has come to stand elsewhere
  useEffect(() => {
    const there = awaited.current;
    if (there === undefined) return;
    host.current?.querySelector<SVGGElement>(`[data-device="${there}"]`)?.focus({ preventScroll: true });
  }, [focus, racks]);

  function targetAt(x: number, y: number, offset: number): Target | undefined {
    const face = document.elementsFromPoint(x, y).map(faceOf).find(Boolean);
    const rack = racks.find(({ id }) => id === Number(face?.dataset.rack));
    if (!face || !rack) return undefined;
    const box = face.getBoundingClientRect();
    const view = face.dataset.view as View;
    const u = rack.height_u - Math.floor((y - box.top - pad) / unit);
    const half = x - box.left < bodyLeft + body / 2 ? "left" : "right";
    return { rackId: rack.id, view, u: u - offset, side: mirrored(half, view) };
  }
  const withChosen = (device: Device) =>
    chosen.has(device.id) ? racks.flatMap(({ devices }) => devices).filter(({ id }) => chosen.has(id)) : [device];

  function onPointerDown(event: PointerEvent) {
    swallow.current = false;
    awaited.current = undefined;
    const cell = cellAt(event.target) ?? (event.target as Element).closest<HTMLElement>("[data-loose]");
    const device = find(numberOf(cell?.dataset.device));
    if (!event.isPrimary) return letGo(); // two fingers: they zoom
    if (!device || !mayEdit || event.button !== 0 || held) return;
    const at = { x: event.clientX, y: event.clientY };
    const under = targetAt(at.x, at.y, 0);
    const slot = slotOf(device.position);
    const offset = under && slot && cell instanceof SVGElement ? under.u - slot.u : 0;
    const pressed: Press = { ...at, at, device, offset, held: false, moved: false };
    if (event.pointerType !== "mouse") {
      pressed.timer = setTimeout(() => {
        take(pressed);
        navigator.vibrate?.(15);
      }, restMs);
    }
    press.current = pressed;
  }
  function take(pressed: Press) {
    pressed.timer = undefined;
    pressed.held = true;
    setHovered(undefined);
    moving.start(withChosen(pressed.device), pressed.device, "pointer", targetAt(pressed.x, pressed.y, pressed.offset));
  }
  function letGo() {
    clearTimeout(press.current?.timer);
    if (press.current?.held) moving.cancel();
    press.current = undefined;
  }
  const move = useEffectEvent((event: globalThis.PointerEvent) => {
    const pressed = press.current;
    if (!pressed || !event.isPrimary) return;
    pressed.at = { x: event.clientX, y: event.clientY };
    const way = Math.hypot(pressed.at.x - pressed.x, pressed.at.y - pressed.y);
    if (pressed.timer !== undefined) {
      if (way > shakePx) letGo(); // it scrolls
      return;
    }
    if (way >= (pressed.held ? shakePx : dragPx)) pressed.moved = true;
    if (!pressed.held) {
      if (!pressed.moved) return;
      take(pressed);
    }
    moving.aim(targetAt(pressed.at.x, pressed.at.y, pressed.offset));
  });
  /** At an edge the racks move on under what is held, also while the hand is still. */
  const scrollOn = useEffectEvent(() => {
    const pressed = press.current;
    const box = host.current?.getBoundingClientRect();
    if (!pressed?.moved || !box) return;
    const beyond = (at: number, low: number, high: number) => (at < low + edgePx ? -12 : at > high - edgePx ? 12 : 0);
    const { x, y } = pressed.at;
    const [left, top] = [beyond(x, box.left, box.right), beyond(y, box.top, Math.min(box.bottom, window.innerHeight))];
    if (left === 0 && top === 0) return;
    host.current?.scrollBy(left, top);
    moving.aim(targetAt(x, y, pressed.offset));
  });
  const byPointer = held?.by === "pointer";
  useEffect(() => {
    if (!byPointer) return;
    let frame = requestAnimationFrame(function each() {
      scrollOn();
      frame = requestAnimationFrame(each);
    });
    return () => cancelAnimationFrame(frame);
  }, [byPointer]);
  const release = useEffectEvent((event: globalThis.PointerEvent) => {
    const pressed = press.current;
    if (!pressed || !event.isPrimary) return;
    if (!pressed.held || event.type === "pointercancel") return letGo();
    press.current = undefined;
    // The click that ends a drag opens nothing.
    swallow.current = true;
    if (pressed.moved && target) return moving.drop();
    moving.cancel();
    // A finger has no Ctrl: it chooses what it rested on.
    if (!pressed.moved) onChoose(pressed.device.id, true);
  });
  const carry = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (!held || event.ctrlKey || event.metaKey || event.altKey) return;
    if (held.by === "pointer") {
      if (event.key !== "Escape") return;
      swallow.current = true;
      letGo();
      return;
    }
    // Enter and Space belong to a button that has the focus.
    const onButton = event.target instanceof HTMLElement && event.target.closest("button, a");
    if (event.key.startsWith("Arrow")) moving.carry(event.key);
    else if (event.key === "Enter" && !onButton) moving.drop();
    else if (event.key === "Escape") moving.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  useEffect(() => {
    const onMove = (event: globalThis.PointerEvent) => move(event);
    const onUp = (event: globalThis.PointerEvent) => release(event);
    const onKey = (event: globalThis.KeyboardEvent) => carry(event);
    // What is held does not scroll; React's own listeners could not say so.
    const onTouch = (event: TouchEvent) => press.current?.held && event.cancelable && event.preventDefault();
    const area = host.current;
    area?.addEventListener("touchmove", onTouch, { passive: false });
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onUp);
    window.addEventListener("keydown", onKey, { capture: true });
    return () => {
      clearTimeout(press.current?.timer);
      area?.removeEventListener("touchmove", onTouch);
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onUp);
      window.removeEventListener("keydown", onKey, { capture: true });
    };
  }, []);

  function act(cell: SVGGElement, add: boolean) {
    const deviceId = numberOf(cell.dataset.device);
    const reservationId = numberOf(cell.dataset.reservation);
    if (deviceId !== undefined) {
      if (add) onChoose(deviceId, true);
      else onOpen(deviceId);
    } else if (reservationId !== undefined) onReservation(reservationId);
    else onPlace(placeOf(cell));
  }
  function onClick(event: MouseEvent) {
    if (swallow.current) return;
    const cell = cellAt(event.target);
    if (!cell) return;
    if (held?.by === "keys") {
      const place = placeOf(cell);
      if (place) moving.aim({ ...place, side: place.side === "right" ? "right" : "left" });
      return;
    }
    cell.focus({ preventScroll: true });
    act(cell, event.ctrlKey || event.metaKey || event.shiftKey);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    awaited.current = undefined;
    if (held) return; // its keys are heard wherever the focus is
    const arrow = event.key.startsWith("Arrow");
    const cell = cellAt(event.target);
    if (!cell || !host.current) return;
    const device = find(numberOf(cell.dataset.device));
    if (arrow) {
      const next = neighbour(host.current, cell, event.key);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "Enter") act(cell, false);
    else if ((event.key === " " || event.key === "x") && device) onChoose(device.id, true);
    else if (event.key === "m" && device && mayEdit) {
      moving.start(withChosen(device), device, "keys", whereIs(device, placeOf(cell)?.view ?? "front"));
    } else if (event.key === "Escape") {
      props.onClear();
      onPlace(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onPointerOver(event: PointerEvent) {
    if (event.pointerType === "touch" || press.current?.held) return;
    const cell = cellAt(event.target);
    const rackId = Number(faceOf(cell)?.dataset.rack);
    const [deviceId, reservationId] = [numberOf(cell?.dataset.device), numberOf(cell?.dataset.reservation)];
    if (deviceId === undefined && reservationId === undefined) setHovered(undefined);
    else setHovered({ deviceId, reservationId, rackId, x: event.clientX, y: event.clientY });
  }

  const right = hovered && hovered.x > window.innerWidth - 320;
  const low = hovered && hovered.y > window.innerHeight - 240;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its cells are buttons; what they share is here
    <div
      ref={host}
      data-elevation-area
      className={cn(
        // What is hidden from the eye is positioned, too, and must scroll with it.
        "relative overflow-auto print:overflow-visible",
        held && "cursor-grabbing [&_*]:cursor-grabbing!",
        props.className,
      )}
      onPointerDown={onPointerDown}
      // Resting on a thing takes it; a menu would come between.
      onContextMenu={(event) =>
        press.current?.timer === undefined && !press.current?.held ? undefined : event.preventDefault()
      }
      onClick={onClick}
      onKeyDown={onKeyDown}
      onPointerOver={onPointerOver}
      onPointerLeave={() => setHovered(undefined)}
      onFocus={({ target: element }) => {
        const cell = cellAt(element);
        if (cell) makeReachable(cell);
      }}
    >
      {props.children}
      {hovered && !held && (
        <div
          role="tooltip"
          className="pointer-events-none fixed z-40 w-72 rounded-md border bg-surface px-3 py-2 text-xs shadow-xl print:hidden"
          style={{
            left: right ? hovered.x - 304 : hovered.x + 16,
            ...(low ? { bottom: window.innerHeight - hovered.y + 12 } : { top: hovered.y + 12 }),
          }}
        >
          {card(hovered)}
        </div>
      )}
    </div>
  );
}
