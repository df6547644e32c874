"use client";
// Where does it fit? So many of a type or size, with what must hold; the places ranked, each with its reasons, and kept by a click.
import { MapPin } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import type { Problems } from "@/components/settings-drawer";
import { EmptyView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { Checkbox, Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError, type Room } from "@/lib/api";
import { useMay } from "@/lib/roles";
import { instantOf } from "@/lib/zone";
import { useDeviceTypes, useTellWithUndo } from "./assets-api";
import type { Feeds } from "./assets-types";
import { type FitPlace, type FitQuestion, type FitShape, useFit, useReserveFit } from "./capacity-api";
import { TypeOptions } from "./device-fields";
import { faceWords, uWords } from "./elevation-model";
import { amountOf, type Width, WidthField } from "./size-fields";

const first = {
  ...{ typeId: "", height: "1", width: "full" as Width, fullDepth: true, power: "", weight: "" },
  ...{ count: "1", roomId: "", feeds: "" as "" | Feeds, contiguous: false, spread: false, face: "front" as const },
};
type Draft = Omit<typeof first, "face"> & { face: "front" | "rear" };

function shapeOf({ typeId, height, width, fullDepth, power, weight }: Draft): FitShape {
  const [power_w, weight_kg] = [amountOf(power), amountOf(weight)];
  const amounts = { ...(power_w !== null && { power_w }), ...(weight_kg !== null && { weight_kg }) };
  if (typeId) return { device_type_id: Number(typeId), ...amounts };
  return { height_u: amountOf(height) ?? 1, width, full_depth: fullDepth, ...amounts };
}

function questionOf(draft: Draft): FitQuestion {
  return {
    ...shapeOf(draft),
    count: amountOf(draft.count) ?? 1,
    ...(draft.roomId && { room_id: Number(draft.roomId) }),
    ...(draft.feeds && { feeds: draft.feeds }),
    ...{ contiguous: draft.contiguous, spread: draft.spread },
    ...(!draft.typeId && !draft.fullDepth && { face: draft.face }),
  };
}

type PlaceProps = {
  place: FitPlace;
  rank: number;
  site: string;
  rooms: Room[] | undefined;
  mayReserve: boolean;
  onReserve: (owner: string, reason: string, until: string) => Promise<void>;
};

function Place({ place, rank, site, rooms, mayReserve, onReserve }: PlaceProps) {
  const [asking, setAsking] = useState(false);
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const codeOf = (id: number) => rooms?.find((room) => room.id === id)?.code ?? "";
  return (
    <li className="grid gap-2 rounded-md border p-3" data-testid="fit-place">
      <div className="flex items-start gap-3">
        <span className="grid size-7 shrink-0 place-items-center rounded-full bg-raised font-semibold tabular-nums">
          {rank}
        </span>
        <div className="min-w-0 flex-1">
          <ul className="grid gap-0.5">
            {place.racks.map(({ rack_id, rack, room_id, slots }) => (
              <li key={rack_id}>
                <Link
                  className="font-semibold text-primary hover:underline"
                  href={{ pathname: "/racks/", query: { site, rack: `${codeOf(room_id)}.${rack}` } }}
                >
                  {rack}
                </Link>{" "}
                <span className="tabular-nums">
                  {slots
                    .map((slot) => {
                      const half = slot.side === "full" ? "" : ` ${slot.side}`;
                      return `${uWords(slot)}${half}${slot.face === "both" ? "" : ` ${faceWords[slot.face]}`}`;
                    })
                    .join("; ")}
                </span>
              </li>
            ))}
          </ul>
        </div>
        <span className="text-right text-muted text-xs tabular-nums" title="How well it fits, of 100">
          {Math.round(place.score)} / 100
        </span>
      </div>
      <ul className="list-disc pl-10 text-muted text-xs">
        {place.reasons.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      {mayReserve && !asking && (
        <Button size="small" className="justify-self-end" onClick={() => setAsking(true)}>
          <MapPin aria-hidden /> Reserve
        </Button>
      )}
      {asking && (
        <form
          className="grid gap-3 rounded-md bg-raised p-3 sm:grid-cols-3"
          onSubmit={async (event) => {
            event.preventDefault();
            setBusy(true);
            setFailed("");
            await onReserve(owner.trim(), reason.trim(), until).catch((error: Error) => setFailed(error.message));
            setBusy(false);
          }}
        >
          <Field label="For whom">
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={100}
                value={owner}
                onChange={({ target }) => setOwner(target.value)}
              />
            )}
          </Field>
          <Field label="Reason">
            {(control) => (
              <Input {...control} maxLength={200} value={reason} onChange={({ target }) => setReason(target.value)} />
            )}
          </Field>
          <Field label="Until">
            {(control) => (
              <Input {...control} type="date" value={until} onChange={({ target }) => setUntil(target.value)} />
            )}
          </Field>
          {failed && (
            <p role="alert" className="text-critical sm:col-span-3">
              {failed}
            </p>
          )}
          <div className="flex justify-end gap-2 sm:col-span-3">
            <Button size="small" onClick={() => setAsking(false)}>
              Cancel
            </Button>
            <Button size="small" type="submit" variant="primary" disabled={!owner.trim() || busy}>
              Reserve this place
            </Button>
          </div>
        </form>
      )}
    </li>
  );
}

type Props = { site: string; timeZone: string; rooms: Room[] | undefined; onClose: () => void };

export function FitDrawer({ site, timeZone, rooms, onClose }: Props) {
  const may = useMay();
  const [draft, setDraft] = useState<Draft>(first);
  const [problems, setProblems] = useState<Problems>({});
  const [asked, setAsked] = useState<Draft>();
  const types = useDeviceTypes().data?.items.filter(({ height_u }) => height_u > 0);
  const fit = useFit(site);
  const reserve = useReserveFit(site);
  const tell = useTellWithUndo(site);
  const set = (changes: Partial<Draft>) => {
    setDraft({ ...draft, ...changes });
    setProblems({});
  };
  const type = types?.find(({ id }) => String(id) === draft.typeId);

  function ask() {
    setAsked(draft);
    fit.mutate(questionOf(draft), {
      onError: (error) => {
        const field = error instanceof ApiError ? error.field?.replace(/^\/?/, "/") : undefined;
        setProblems({ [field ?? "/"]: error.message });
      },
    });
  }
  async function keep({ racks }: FitPlace, owner: string, reason: string, until: string) {
    if (!asked) return;
    const { batch_id } = await reserve.mutateAsync({
      ...shapeOf(asked),
      racks: racks.map(({ rack_id, slots }) => ({ rack_id, slots })),
      owner,
      ...(reason && { reason }),
      ...(until && { expires_at: instantOf(`${until}T23:59`, timeZone) ?? undefined }),
    });
    tell(`Reserved for ${owner} in ${racks.map(({ rack }) => rack).join(", ")}.`, { batchId: batch_id });
    onClose();
  }

  const shown = ["device_type_id", "height_u", "width", "power_w", "weight_kg", "count", "room_id", "feeds", "spread"];
  const elsewhere = Object.entries(problems).find(([field]) => !shown.includes(field.slice(1)))?.[1];
  const input = (key: "height" | "power" | "weight" | "count", label: string, field: string, more: object = {}) => (
    <Field label={label} error={problems[`/${field}`]}>
      {(control) => (
        <Input {...control} value={draft[key]} onChange={({ target }) => set({ [key]: target.value })} {...more} />
      )}
    </Field>
  );
  return (
    <Drawer
      open
      wide
      onClose={onClose}
      title="Where does it fit?"
      description="The best places first, with the reasons; space, power on both feeds, weight and cooling count."
    >
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-[1fr_6rem]">
          <Field label="Device type" error={problems["/device_type_id"]}>
            {(control) => (
              <Select {...control} value={draft.typeId} onChange={({ target }) => set({ typeId: target.value })}>
                <option value="">Of a size that I give</option>
                <TypeOptions types={types} />
              </Select>
            )}
          </Field>
          {input("count", "How many", "count", { type: "number", min: 1, max: 500 })}
        </div>
        {!draft.typeId && (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {input("height", "Height, U", "height_u", { type: "number", min: 1, max: 60 })}
            <WidthField value={draft.width} error={problems["/width"]} onChange={(width) => set({ width })} />
            <Field label="Depth">
              {(control) => (
                <Select
                  {...control}
                  value={draft.fullDepth ? "full" : draft.face}
                  onChange={({ target }) =>
                    set(
                      target.value === "full"
                        ? { fullDepth: true }
                        : { fullDepth: false, face: target.value as "front" | "rear" },
                    )
                  }
                >
                  <option value="full">Full</option>
                  <option value="front">Half, front</option>
                  <option value="rear">Half, rear</option>
                </Select>
              )}
            </Field>
          </div>
        )}
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {input("power", "Power of one, W", "power_w", {
            inputMode: "decimal",
            placeholder: type?.power_typical_w ? `${type.power_typical_w}, as its type` : undefined,
          })}
          {input("weight", "Weight of one, kg", "weight_kg", {
            inputMode: "decimal",
            placeholder: type?.weight_kg ? `${type.weight_kg}, as its type` : undefined,
          })}
          <Field label="Room" error={problems["/room_id"]}>
            {(control) => (
              <Select {...control} value={draft.roomId} onChange={({ target }) => set({ roomId: target.value })}>
                <option value="">Any</option>
                {rooms?.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Feeds" error={problems["/feeds"]}>
            {(control) => (
              <Select {...control} value={draft.feeds} onChange={({ target }) => set({ feeds: target.value as Feeds })}>
                <option value="">Any</option>
                <option value="AB">A and B</option>
                <option value="A">A</option>
                <option value="B">B</option>
              </Select>
            )}
          </Field>
        </div>
        <div className="grid gap-2 sm:grid-cols-2">
          <Checkbox
            label="Next to each other"
            hint="All in one rack, without a gap"
            checked={draft.contiguous}
            onChange={({ target }) => set({ contiguous: target.checked, ...(target.checked && { spread: false }) })}
          />
          <Checkbox
            label="Spread"
            hint="Over as many racks as there are"
            checked={draft.spread}
            onChange={({ target }) => set({ spread: target.checked, ...(target.checked && { contiguous: false }) })}
          />
        </div>
        {(elsewhere ?? problems["/spread"]) && (
          <p role="alert" className="text-critical">
            {elsewhere ?? problems["/spread"]}
          </p>
        )}
        <Button type="submit" variant="primary" className="justify-self-end" disabled={fit.isPending}>
          {fit.isPending ? "Looking …" : "Find places"}
        </Button>
      </form>
      {fit.data && asked && (
        <section aria-label="Places" className="mt-5 grid gap-3" aria-live="polite">
          {fit.data.places.length === 0 ? (
            <EmptyView title="It fits nowhere">Below is why; fewer of them, or fewer conditions, may fit.</EmptyView>
          ) : (
            <ol className="grid gap-2">
              {fit.data.places.map((place, index) => (
                <Place
                  key={place.racks.map(({ rack_id, slots }) => `${rack_id}:${slots.map(({ u }) => u)}`).join()}
                  rank={index + 1}
                  mayReserve={may.manage}
                  onReserve={(owner, reason, until) => keep(place, owner, reason, until)}
                  {...{ place, site, rooms }}
                />
              ))}
            </ol>
          )}
          {fit.data.refused.length > 0 && (
            <details className="rounded-md border px-3 py-2" open={fit.data.places.length === 0}>
              <summary className="cursor-pointer text-muted">
                {fit.data.refused.length} racks where it does not fit, and why
              </summary>
              <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-xs">
                {fit.data.refused.map(({ rack_id, rack, reason }) => (
                  <div key={rack_id} className="contents">
                    <dt className="font-medium">{rack}</dt>
                    <dd className="text-muted">{reason}</dd>
                  </div>
                ))}
              </dl>
            </details>
          )}
        </section>
      )}
    </Drawer>
  );
}
