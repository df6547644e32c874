// What is being moved from place to place, by pointer or by keys, and what speaks for and against where it is held: space at once, from what is
// on screen; power, weight and feeds from the server a moment later.
import { useEffect, useMemo, useState } from "react";
import { toast } from "@/components/toasts";
import { useMoves, useTellWithUndo, useVerdicts } from "./assets-api";
import type { Device, Move, RackElevation, Verdict } from "./assets-types";
import { firstSlot, movesProblem, movesTo, positionWords, slotOf, type Target, type View } from "./elevation-model";
import { type Ghost, mirrored } from "./rack-face";

const restMs = 120;

type Held = { devices: Device[]; anchor: Device; by: "pointer" | "keys" };

/** The last value that stood for a moment. */
function useRested<T>(value: T) {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

export type Moving = ReturnType<typeof useMoving>;
/** The faces on screen, in their order. */
export type ShownFace = { rack: RackElevation; view: View };

export const whereIs = (device: Device, view: View, rackId = 0): Target => ({
  ...{ rackId: device.rack_id ?? rackId, view, u: slotOf(device.position)?.u ?? 1 },
  side: device.position?.side === "right" ? "right" : "left",
});

/** One step of an arrow key: a U, the other half of it, or the next face. */
function stepped(from: Target, anchor: Device, key: string, faces: ShownFace[]): Target | undefined {
  const slot = slotOf(anchor.position) ?? firstSlot(anchor, from);
  const here = faces.findIndex(({ rack, view }) => rack.id === from.rackId && view === from.view);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const u = from.u + (key === "ArrowUp" ? 1 : -1);
    const highest = (faces[here]?.rack.height_u ?? 1) - slot.height_u + 1;
    return { ...from, u: Math.max(1, Math.min(highest, u)) };
  }
  const step = key === "ArrowRight" ? 1 : -1;
  const half = slot.side !== "full" || anchor.position?.mount === "side";
  const other = from.side === "left" ? ("right" as const) : ("left" as const);
  if (half && (mirrored(from.side, from.view) === "left") === (step === 1)) return { ...from, side: other };
  const next = faces[here + step];
  if (!next) return undefined;
  const side = mirrored(step === 1 ? ("left" as const) : ("right" as const), next.view);
  return { ...from, rackId: next.rack.id, view: next.view, side };
}

export function useMoving(site: string, faces: ShownFace[], onMoved: (anchor: Device) => void) {
  const racks = useMemo(() => [...new Map(faces.map(({ rack }) => [rack.id, rack])).values()], [faces]);
  const [held, setHeld] = useState<Held>();
  const [target, setTarget] = useState<Target>();
  const apply = useMoves(site);
  const tell = useTellWithUndo(site);
  const moves = useMemo(
    () => (held && target ? movesTo(held.devices, held.anchor, target) : undefined),
    [held, target],
  );
  const problem = useMemo(() => moves && movesProblem(racks, moves), [racks, moves]);
  const rested = useRested(moves && !problem ? moves : undefined);
  const verdicts = useVerdicts(site, rested);
  const known = moves && !problem && rested === moves && !verdicts.isPlaceholderData ? verdicts.data : undefined;

  const ghosts = useMemo(
    () =>
      new Map(
        [...new Set(moves?.map(({ rack_id }) => rack_id))].map((rack): [number | null, Ghost[]] => [
          rack,
          (moves ?? [])
            .filter(({ rack_id }) => rack_id === rack)
            .map(({ id, position }) => ({
              ...{ id, position, ok: !problem },
              name: held?.devices.find((each) => each.id === id)?.name ?? "",
            })),
        ]),
      ),
    [moves, problem, held],
  );

  function end() {
    setHeld(undefined);
    setTarget(undefined);
  }
  function words(all: Move[], anchor: Device) {
    const move = all.find(({ id }) => id === anchor.id);
    const where = `${racks.find(({ id }) => id === move?.rack_id)?.name}, ${positionWords(move?.position ?? null)}`;
    return all.length === 1
      ? `${anchor.name} is now in ${where}.`
      : `${all.length} devices are moved, ${anchor.name} to ${where}.`;
  }
  /** False: it is still held. */
  function drop() {
    if (!held || !moves || apply.isPending) return;
    if (problem) {
      toast(`Not moved: ${problem}.`, { tone: "critical" });
      if (held.by === "pointer") end();
      return;
    }
    const { anchor } = held;
    const stays =
      anchor.rack_id === moves[0]?.rack_id && JSON.stringify(anchor.position) === JSON.stringify(moves[0]?.position);
    end();
    if (stays && moves.length === 1) return;
    apply.mutate(moves, {
      onSuccess: ({ applied, verdicts: found, batch_id }) => {
        if (applied) tell(words(moves, anchor), { batchId: batch_id });
        else toast(`Not moved: ${refusalOf(found)}.`, { tone: "critical" });
      },
      onError: (error) => toast(`Not moved: ${error.message}`, { tone: "critical" }),
    });
    onMoved(anchor);
  }
  return {
    held,
    target,
    ghosts,
    problem,
    /** Undefined: not known yet. */
    verdicts: known?.verdicts,
    failed: verdicts.error,
    start: (devices: Device[], anchor: Device, by: Held["by"], from: Target | undefined) => {
      setHeld({ devices, anchor, by });
      setTarget(from);
    },
    aim: (to: Target | undefined) =>
      setTarget((before) => (JSON.stringify(before) === JSON.stringify(to) ? before : to)),
    /** By an arrow key. */
    carry: (key: string) => {
      if (!held) return;
      const from = target ?? whereIs(held.anchor, faces[0]?.view ?? "front", faces[0]?.rack.id);
      const to = stepped(from, held.anchor, key, faces);
      if (to) setTarget(to);
    },
    drop,
    cancel: end,
  };
}

export const refusalOf = (verdicts: Verdict[]) =>
  verdicts
    .filter(({ ok }) => !ok)
    .flatMap(({ space, reasons }) => (space === "ok" ? reasons : [space]))
    .join("; ") || "the server refuses it";

/** What is not well about a place although it can be taken. */
export const warningsOf = (verdicts: Verdict[]) => [
  ...new Set(
    verdicts.flatMap(({ power, weight, feeds }) =>
      [power, weight, feeds].filter(({ ok }) => !ok).map(({ text }) => text),
    ),
  ),
];
