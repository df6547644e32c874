// Editing a plan: the draft with its way back, what is chosen, what the hand and the keyboard do to it, and saving.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { ApiError, get, put } from "@/lib/api";
import type { Point } from "./geometry";
import { cornersOf } from "./geometry";
import type { Plan } from "./plan-api";
import { planKey, planPath } from "./plan-api";
import type { EditGestures } from "./plan-canvas";
import {
  changed,
  type Draft,
  documentOf,
  draftOf,
  isDirty,
  keyOfPointer,
  keysWithin,
  moved,
  problemsOf,
  redone,
  resized,
  snapped,
  undone,
} from "./plan-draft";
import { type Item, type ItemKey, idOf, itemsOf } from "./scene";

/** What the server refused: at a thing, or at the whole. */
export type Refusal = { key: ItemKey | undefined; message: string };

export function useEditor(room: { id: number }, onSaved: (told: string) => void) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<ItemKey>>(new Set());
  /** While the hand moves things, before they are let go. */
  const [preview, setPreview] = useState<Plan | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [theirs, setTheirs] = useState<Plan | null>(null);
  /** The unit whose racks are being picked. */
  const [serving, setServing] = useState<number | null>(null);
  const pressed = useRef<{ item: Item; toggle: boolean; moved: boolean } | null>(null);

  const dirty = draft !== null && isDirty(draft);
  const plan = preview ?? draft?.plan ?? null;
  const problems = useMemo(() => (plan ? problemsOf(plan) : new Map<ItemKey, string>()), [plan]);
  const wrong = useMemo(
    () => new Set([...problems.keys(), ...(refusal?.key ? [refusal.key] : [])]),
    [problems, refusal],
  );

  function change(next: (plan: Plan) => Plan) {
    setDraft((known) => known && changed(known, next(known.plan)));
    setRefusal(null);
  }
  function end() {
    setDraft(null);
    setPreview(null);
    setChosen(new Set());
    setRefusal(null);
    setTheirs(null);
    setServing(null);
  }
  function toggleServed(unitId: number, rackId: number) {
    change((known) => ({
      ...known,
      units: known.units.map((unit) =>
        unit.device_id !== unitId
          ? unit
          : {
              ...unit,
              serves: unit.serves.includes(rackId)
                ? unit.serves.filter((id) => id !== rackId)
                : [...unit.serves, rackId].sort((a, b) => a - b),
            },
      ),
    }));
  }

  const saving = useMutation({
    mutationFn: ({ document, version }: { document: Plan; version: number }) =>
      put<Plan>(planPath(room.id), documentOf(document), version),
    onSuccess: (saved) => {
      queries.setQueryData(planKey(room.id), saved);
      end();
      onSaved(`The plan of ${saved.room.name} is saved as version ${saved.version}.`);
    },
    onError: async (error, { document }) => {
      if (error instanceof ApiError && error.status === 409) {
        try {
          return setTheirs(await get<Plan>(planPath(room.id)));
        } catch (failed) {
          return setRefusal({ key: undefined, message: (failed as Error).message });
        }
      }
      const pointer = error instanceof ApiError ? error.field : undefined;
      const key = pointer ? keyOfPointer(document, pointer) : undefined;
      setRefusal({ key, message: error.message });
      if (key) setChosen(new Set([key]));
    },
  });

  const gestures: EditGestures | undefined = draft
    ? {
        cornerAt(point: Point, reachM: number) {
          const [key] = chosen;
          if (chosen.size !== 1 || !key?.startsWith("aisle:")) return null;
          const aisle = draft.plan.aisles[idOf(key)];
          const corner = aisle
            ? cornersOf(aisle).findIndex(({ x, y }) => Math.hypot(x - point.x, y - point.y) < reachM)
            : -1;
          return corner < 0 ? null : corner;
        },
        press(item, add) {
          if (serving !== null) {
            if (item?.kind === "rack") toggleServed(serving, item.id);
            return;
          }
          if (!item) return setChosen(new Set());
          pressed.current = { item, toggle: add && chosen.has(item.key), moved: false };
          if (!chosen.has(item.key)) setChosen(new Set(add ? [...chosen, item.key] : [item.key]));
        },
        drag(dx, dy) {
          if (serving !== null || !pressed.current) return;
          pressed.current.moved = true;
          const keys = chosen.has(pressed.current.item.key) ? chosen : new Set([pressed.current.item.key]);
          const way = snapped(draft.plan, keys, dx, dy);
          setPreview(moved(draft.plan, keys, way.x, way.y));
        },
        resize(corner, to) {
          const [key] = chosen;
          if (key) setPreview(resized(draft.plan, key, corner, to));
        },
        release() {
          const press = pressed.current;
          pressed.current = null;
          if (preview) {
            const next = preview;
            setPreview(null);
            return change(() => next);
          }
          if (!press || press.moved) return;
          if (press.toggle) setChosen(new Set([...chosen].filter((key) => key !== press.item.key)));
        },
        chooseWithin(from, to) {
          setChosen(new Set([...chosen, ...keysWithin(itemsOf(draft.plan), from, to)]));
        },
      }
    : undefined;

  return {
    draft,
    plan,
    dirty,
    chosen,
    problems,
    wrong,
    refusal,
    theirs,
    serving,
    gestures,
    saving: saving.isPending,
    begin: (base: Plan) => setDraft(draftOf(base)),
    end,
    change,
    choose: (keys: Iterable<ItemKey>) => setChosen(new Set(keys)),
    serve: setServing,
    undo: () => setDraft((known) => known && undone(known)),
    redo: () => setDraft((known) => known && redone(known)),
    save(over?: Plan) {
      if (!draft || saving.isPending) return;
      setTheirs(null);
      setRefusal(null);
      saving.mutate({ document: draft.plan, version: (over ?? draft.base).version });
    },
    takeTheirs(plan: Plan) {
      queries.setQueryData(planKey(room.id), plan);
      setDraft(draftOf(plan));
      setChosen(new Set());
      setTheirs(null);
    },
    keepMine: () => setTheirs(null),
  };
}

export type Editor = ReturnType<typeof useEditor>;
