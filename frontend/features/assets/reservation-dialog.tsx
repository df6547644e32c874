"use client";
// Keeps U for somebody, or says that they cannot be used; and shows and releases what is kept.
import { useState } from "react";
import { Moment } from "@/components/moment";
import type { Problems } from "@/components/settings-drawer";
import { toast } from "@/components/toasts";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError } from "@/lib/api";
import { instantOf } from "@/lib/zone";
import { useRelease, useReserve, useTellWithUndo } from "./assets-api";
import type { Face, RackElevation, Reservation, Side } from "./assets-types";
import type { Place } from "./elevation-area";
import { faceWords, spaceProblem, uWords } from "./elevation-model";

const nobody = new Set<number>();

type Shared = { site: string; timeZone: string; onClose: () => void };
type NewProps = Shared & { rack: RackElevation; place: Place; kind: Reservation["kind"] };

export function ReserveDialog({ site, timeZone, rack, place, kind: first, onClose }: NewProps) {
  const [kind, setKind] = useState(first);
  const [u, setU] = useState(String(place.u));
  const [height, setHeight] = useState("1");
  const [face, setFace] = useState<Face>("both");
  const [side, setSide] = useState<Side>(place.side);
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const reserve = useReserve();
  const tell = useTellWithUndo(site);
  const slot = { u: Number(u), height_u: Number(height), face, side };
  const problem = Number.isInteger(slot.u) && slot.height_u > 0 ? spaceProblem(rack, slot, nobody) : undefined;

  function submit() {
    const body = { ...slot, kind, owner: owner.trim() || undefined, reason: reason.trim() || undefined };
    // To the end of that day, as the site has it.
    const expires_at = until ? instantOf(`${until}T23:59`, timeZone) : null;
    reserve.mutate(
      { rackId: rack.id, ...body, expires_at },
      {
        onSuccess: ({ changeId }) => {
          tell(`${uWords(slot)} of ${rack.name} is ${kind}.`, { changeId });
          onClose();
        },
        onError: (error) => {
          const field = error instanceof ApiError ? error.field?.replace(/^\/?/, "/") : undefined;
          setProblems({ [field && fields.includes(field) ? field : "/"]: error.message });
        },
      },
    );
  }
  const error = (field: string) => problems[`/${field}`];
  return (
    <Dialog
      open
      onClose={onClose}
      title={kind === "blocked" ? `Block U in ${rack.name}` : `Reserve U in ${rack.name}`}
      description={
        kind === "blocked"
          ? "Nothing can be mounted there, by nobody."
          : "It counts as used until it is released or over."
      }
    >
      <form
        noValidate
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Field label="Lowest U" error={error("u")}>
            {(control) => (
              <Input {...control} type="number" min={1} value={u} onChange={({ target }) => setU(target.value)} />
            )}
          </Field>
          <Field label="Height, U" error={error("height_u")}>
            {(control) => (
              <Input
                {...control}
                type="number"
                min={1}
                value={height}
                onChange={({ target }) => setHeight(target.value)}
              />
            )}
          </Field>
          <Field label="Face" error={error("face")}>
            {(control) => (
              <Select {...control} value={face} onChange={({ target }) => setFace(target.value as Face)}>
                {Object.entries(faceWords).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Width" error={error("side")}>
            {(control) => (
              <Select {...control} value={side} onChange={({ target }) => setSide(target.value as Side)}>
                <option value="full">full</option>
                <option value="left">left half</option>
                <option value="right">right half</option>
              </Select>
            )}
          </Field>
        </div>
        {problem && (
          <p role="alert" className="text-critical">
            {problem}
          </p>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Kind">
            {(control) => (
              <Select {...control} value={kind} onChange={({ target }) => setKind(target.value as Reservation["kind"])}>
                <option value="reserved">Reserved for somebody</option>
                <option value="blocked">Blocked</option>
              </Select>
            )}
          </Field>
          <Field label="Until" hint="Empty: until it is released" error={error("expires_at")}>
            {(control) => (
              <Input {...control} type="date" value={until} onChange={({ target }) => setUntil(target.value)} />
            )}
          </Field>
        </div>
        <Field label="Owner" error={error("owner")}>
          {(control) => (
            <Input {...control} maxLength={100} value={owner} onChange={({ target }) => setOwner(target.value)} />
          )}
        </Field>
        <Field label="Reason" error={error("reason")}>
          {(control) => (
            <Input {...control} maxLength={200} value={reason} onChange={({ target }) => setReason(target.value)} />
          )}
        </Field>
        {problems["/"] && (
          <p role="alert" className="text-critical">
            {problems["/"]}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={reserve.isPending || problem !== undefined}>
            {kind === "blocked" ? "Block" : "Reserve"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const fields = ["/u", "/height_u", "/face", "/side", "/owner", "/reason", "/expires_at"];

type ShownProps = Shared & { rack: RackElevation | undefined; reservation: Reservation; mayEdit: boolean };

export function ReservationDialog({ site, timeZone, rack, reservation, mayEdit, onClose }: ShownProps) {
  const release = useRelease();
  const tell = useTellWithUndo(site);
  const { kind, owner, reason, expires_at, created_by, created_at } = reservation;
  const facts: [string, React.ReactNode][] = [
    ["Owner", owner || "–"],
    ["Reason", reason || "–"],
    ["Until", expires_at ? <Moment key="until" iso={expires_at} timeZone={timeZone} /> : "it is released"],
    ["By", created_by ?? "–"],
    ["Since", <Moment key="since" iso={created_at} timeZone={timeZone} />],
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${uWords(reservation)} of ${rack?.name ?? "the rack"} is ${kind}`}
      description={faceWords[reservation.face]}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        {mayEdit && (
          <Button
            variant="primary"
            disabled={release.isPending}
            onClick={() =>
              release.mutate(reservation.id, {
                onSuccess: ({ changeId }) => {
                  tell(`${uWords(reservation)} is released.`, { changeId });
                  onClose();
                },
                onError: ({ message }) => toast(message, { tone: "critical" }),
              })
            }
          >
            Release
          </Button>
        )}
      </div>
    </Dialog>
  );
}
