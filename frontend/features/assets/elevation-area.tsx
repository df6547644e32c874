"use client";
// The racks under the hand: pointing tells, a click opens, dragging moves, Ctrl or Shift chooses several; arrow keys go from U to U and from
// face to face. In grip (`m`, or a drag) the same arrows carry what is held.
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
  const press = useRef<{ x: number; y: number; device: Device; offset: number; dragged: boolean }>(undefined);
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
    // A finger scrolls; it moves things by their drawer.
    if (!device || !mayEdit || event.button !== 0 || event.pointerType === "touch" || held) return;
    const under = targetAt(event.clientX, event.clientY, 0);
    const slot = slotOf(device.position);
    const offset = under && slot && cell instanceof SVGElement ? under.u - slot.u : 0;
    press.current = { x: event.clientX, y: event.clientY, device, offset, dragged: false };
  }
  const move = useEffectEvent((event: globalThis.PointerEvent) => {
    const pressed = press.current;
    if (!pressed) return;
    const { x, y, device, offset } = pressed;
    if (!pressed.dragged) {
      if (Math.hypot(event.clientX - x, event.clientY - y) < dragPx) return;
      pressed.dragged = true;
      setHovered(undefined);
      moving.start(withChosen(device), device, "pointer", undefined);
    }
    moving.aim(targetAt(event.clientX, event.clientY, offset));
    const box = host.current?.getBoundingClientRect();
    if (!box) return;
    const beyond = (at: number, low: number, high: number) => (at < low + edgePx ? -12 : at > high - edgePx ? 12 : 0);
    host.current?.scrollBy(beyond(event.clientX, box.left, box.right), beyond(event.clientY, box.top, box.bottom));
  });
  const release = useEffectEvent(() => {
    const pressed = press.current;
    press.current = undefined;
    if (!pressed?.dragged) return;
    // The click that ends a drag opens nothing.
    swallow.current = true;
    if (target) moving.drop();
    else moving.cancel();
  });
  const carry = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (!held || event.ctrlKey || event.metaKey || event.altKey) return;
    if (held.by === "pointer") {
      if (event.key !== "Escape") return;
      press.current = undefined;
      swallow.current = true;
      moving.cancel();
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
    const onUp = () => release();
    const onKey = (event: globalThis.KeyboardEvent) => carry(event);
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onUp);
    window.addEventListener("keydown", onKey, { capture: true });
    return () => {
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
    if (event.pointerType === "touch" || press.current?.dragged) return;
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
      data-testid="elevation-area"
      className={cn(
        // What is hidden from the eye is positioned, too, and must scroll with it.
        "relative overflow-auto print:overflow-visible",
        held && "cursor-grabbing [&_*]:cursor-grabbing!",
        props.className,
      )}
      onPointerDown={onPointerDown}
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
