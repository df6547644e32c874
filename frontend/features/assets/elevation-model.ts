// What stands where in a rack, what is free, and where things come to stand when they are moved. Pure; the words of a refusal are the server's.
import type { Device, DeviceType, Face, Move, Position, RackElevation, Reservation, Side, Slot } from "./assets-types";

export type View = "front" | "rear";
export type Occupant =
  | { kind: "device"; device: Device; slot: Slot }
  | { kind: "reservation"; reservation: Reservation; slot: Slot };

export const topOf = ({ u, height_u }: Pick<Slot, "u" | "height_u">) => u + height_u - 1;
const meetFaces = (a: Face, b: Face) => a === "both" || b === "both" || a === b;
const meetSides = (a: Side, b: Side) => a === "full" || b === "full" || a === b;

export function overlap(a: Slot, b: Slot) {
  return a.u <= topOf(b) && b.u <= topOf(a) && meetFaces(a.face, b.face) && meetSides(a.side, b.side);
}

export function slotOf(position: Position | null): Slot | undefined {
  return position && position.mount !== "side" ? position : undefined;
}

export function occupantsOf({ devices, reservations }: Pick<RackElevation, "devices" | "reservations">): Occupant[] {
  return [
    ...devices.flatMap((device): Occupant[] => {
      const slot = slotOf(device.position);
      return slot ? [{ kind: "device", device, slot }] : [];
    }),
    ...reservations.map((reservation): Occupant => ({ kind: "reservation", reservation, slot: reservation })),
  ];
}

export const seenFrom = (view: View, { face }: Pick<Slot, "face">) => face === "both" || face === view;

/** Of each device type that has a picture, by its id. */
export type TypePictures = ReadonlyMap<number, DeviceType["images"]>;
export const imageUrl = (type: number, face: "front" | "rear", tag: string) =>
  `/api/device-types/${type}/images/${face}?v=${encodeURIComponent(tag)}`;

/** What a device shows to who looks; one that is mounted in the rear turns its front there. */
export function pictureOf({ device_type, position }: Device, view: View, pictures: TypePictures | undefined) {
  if (!device_type) return undefined;
  const face = position?.face === "rear" ? "front" : view;
  const tag = pictures?.get(device_type.id)?.[face];
  return tag ? imageUrl(device_type.id, face, tag) : undefined;
}

export const sideMounted = (rack: RackElevation, view: View) =>
  rack.devices.filter(({ position }) => position?.mount === "side" && position.face === view);

/** In the rack, but nobody has said where. */
export const withoutPlace = (rack: RackElevation) => rack.devices.filter(({ position }) => !position);

/** A half of a U, or a whole one, that nothing holds as one face shows it. */
export type FreeCell = { u: number; side: Side };

export function freeCells(rack: RackElevation, view: View): FreeCell[] {
  const taken = occupantsOf(rack).filter(({ slot }) => seenFrom(view, slot));
  const free: FreeCell[] = [];
  for (let u = 1; u <= rack.height_u; ++u) {
    const here = taken.filter(({ slot }) => u >= slot.u && u <= topOf(slot)).map(({ slot }) => slot.side);
    const left = !here.some((side) => meetSides(side, "left"));
    const right = !here.some((side) => meetSides(side, "right"));
    if (left && right) free.push({ u, side: "full" });
    else if (left) free.push({ u, side: "left" });
    else if (right) free.push({ u, side: "right" });
  }
  return free;
}

/** U that nothing is in, on neither face, and how many of them lie together at most. */
export function freeSpace(rack: RackElevation) {
  const rear = new Set(freeCells(rack, "rear").flatMap(({ u, side }) => (side === "full" ? [u] : [])));
  const free = freeCells(rack, "front").flatMap(({ u, side }) => (side === "full" && rear.has(u) ? [u] : []));
  let [largest, together] = [0, 0];
  free.forEach((u, index) => {
    together = free[index - 1] === u - 1 ? together + 1 : 1;
    largest = Math.max(largest, together);
  });
  return { free: free.length, largest };
}

/** "U 12", "U 12 to 13": the lowest first. */
export const uWords = (slot: Pick<Slot, "u" | "height_u">) =>
  slot.height_u > 1 ? `U ${slot.u} to ${topOf(slot)}` : `U ${slot.u}`;

export const faceWords: Record<Face, string> = { front: "front", rear: "rear", both: "front and rear" };

export function positionWords(position: Position | null) {
  if (!position) return "no place";
  if (position.mount === "side") return `0U, ${position.side} side, ${position.face}`;
  const half = position.side === "full" ? "" : `, ${position.side} half`;
  return `${uWords(position)}, ${faceWords[position.face]}${half}${position.mount === "shelf" ? ", on a shelf" : ""}`;
}

function takenBy(occupant: Occupant) {
  if (occupant.kind === "device") return `is taken by ${occupant.device.name}`;
  const { kind, owner, reason } = occupant.reservation;
  if (kind === "blocked") return `is blocked${reason ? `: ${reason}` : ""}`;
  return `is reserved${owner ? ` for ${owner}` : ""}`;
}

/** Why a place cannot be taken; undefined: it can. `leaving`: devices that move away from where they are. */
export function spaceProblem(rack: RackElevation, slot: Slot, leaving: ReadonlySet<number>): string | undefined {
  if (slot.u < 1 || topOf(slot) > rack.height_u) {
    return `${uWords(slot)} is outside rack ${rack.name}, which has U 1 to ${rack.height_u}`;
  }
  const other = occupantsOf(rack).find(
    (each) => !(each.kind === "device" && leaving.has(each.device.id)) && overlap(slot, each.slot),
  );
  if (!other) return undefined;
  const from = Math.max(slot.u, other.slot.u);
  const common = { u: from, height_u: Math.min(topOf(slot), topOf(other.slot)) - from + 1 };
  const face = slot.face === "both" ? other.slot.face : slot.face;
  return `${uWords(common)} of rack ${rack.name}, ${faceWords[face]}, ${takenBy(other)}`;
}

export type Target = { rackId: number; view: View; u: number; side: "left" | "right" };

/** How a device would stand when it stood nowhere yet. */
export function firstSlot(device: Pick<Device, "device_type">, { view, u, side }: Omit<Target, "rackId">): Slot {
  const type = device.device_type;
  return {
    u,
    height_u: Math.max(1, type?.height_u ?? 1),
    face: !type || type.full_depth ? "both" : view,
    side: type?.width === "half" ? side : "full",
  };
}

const isZeroU = ({ position, device_type }: Device) =>
  position ? position.mount === "side" : device_type?.height_u === 0;

/** Where all come to stand when the anchor goes to the target: as they stand to each other, in one rack. */
export function movesTo(devices: Device[], anchor: Device, target: Target): Move[] {
  const from = slotOf(anchor.position);
  let next = target.u + (from?.height_u ?? firstSlot(anchor, target).height_u);
  return devices.map((device) => {
    const { id, version, position } = device;
    const to = (where: Position): Move => ({ id, version, rack_id: target.rackId, position: where });
    if (isZeroU(device)) {
      const alone = devices.length === 1 || position?.mount !== "side";
      return to({ mount: "side", face: target.view, side: alone ? target.side : position.side });
    }
    const slot = slotOf(position);
    if (!slot) {
      const own = firstSlot(device, target);
      if (id === anchor.id) return to({ mount: "rack", ...own });
      const above = { mount: "rack" as const, ...own, u: next };
      next += own.height_u;
      return to(above);
    }
    const mount = position?.mount === "shelf" ? "shelf" : "rack";
    const u = from ? slot.u + target.u - from.u : target.u + slot.u - 1;
    const face = slot.face === "both" ? "both" : target.view;
    const side = slot.side !== "full" && id === anchor.id ? target.side : slot.side;
    return to({ mount, u, height_u: slot.height_u, face, side });
  });
}

/** What speaks against moves for want of space; against each other, too. */
export function movesProblem(racks: RackElevation[], moves: Move[]): string | undefined {
  const leaving = new Set(moves.map(({ id }) => id));
  const taken: { rackId: number; slot: Slot }[] = [];
  for (const { rack_id, position } of moves) {
    const slot = slotOf(position);
    const rack = racks.find(({ id }) => id === rack_id);
    if (!slot || !rack) continue;
    const problem = spaceProblem(rack, slot, leaving);
    if (problem) return problem;
    if (taken.some((each) => each.rackId === rack.id && overlap(each.slot, slot))) {
      return `${uWords(slot)} of rack ${rack.name} would be taken twice`;
    }
    taken.push({ rackId: rack.id, slot });
  }
  return undefined;
}

/** As the racks would be after the moves. */
export function withMoves(racks: RackElevation[], moves: Move[]): RackElevation[] {
  const all = new Map(racks.flatMap(({ devices }) => devices).map((device) => [device.id, device]));
  const moved = new Map(moves.map((move) => [move.id, move]));
  return racks.map((rack) => {
    const leaves = rack.devices.some(({ id }) => moved.has(id));
    const comes = moves.filter(({ rack_id }) => rack_id === rack.id);
    if (!leaves && comes.length === 0) return rack;
    const stay = rack.devices.filter(({ id }) => !moved.has(id));
    const come = comes.flatMap(({ id, rack_id, position }) => {
      const device = all.get(id);
      return device ? [{ ...device, rack_id, position }] : [];
    });
    return { ...rack, devices: [...stay, ...come] };
  });
}
