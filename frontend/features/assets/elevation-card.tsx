"use client";
// What is under the pointer, in words.
import { formatAge } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import type { Device, Reservation } from "./assets-types";
import { heightOf, wattsWords } from "./elevation-colors";
import { positionWords, uWords } from "./elevation-model";

function Lines({ of }: { of: [string, string | null | undefined][] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 tabular-nums">
      {of.map(
        ([label, value]) =>
          value && (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="text-right">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function DeviceCard({ device }: { device: Device }) {
  const now = useServerNow();
  const type = device.device_type;
  const { power } = device;
  const age = power.ts ? `, ${formatAge(now - Date.parse(power.ts))} ago` : "";
  const watts = wattsWords(power);
  return (
    <>
      <p className="mb-1.5 flex justify-between gap-2">
        <strong className="font-semibold text-sm">{device.name}</strong>
        <span className="text-muted">{device.status}</span>
      </p>
      <Lines
        of={[
          ["Role", device.role],
          ["Type", type && `${type.manufacturer} ${type.model}`],
          ["Place", positionWords(device.position)],
          ["Power", watts ? `${watts} ${power.measured ? `measured${age}` : "estimated from its type"}` : "not known"],
          ["For each U", power.watts === null ? null : `${Math.round(power.watts / heightOf(device))} W`],
          ["Feeds", device.feeds],
          ["Address", device.ip],
          ["Serial", device.serial],
          ["Owner", device.owner],
        ]}
      />
    </>
  );
}

export function ReservationCard({ reservation }: { reservation: Reservation }) {
  const { kind, owner, reason, expires_at, created_by } = reservation;
  return (
    <>
      <p className="mb-1.5 font-semibold text-sm">
        {uWords(reservation)} {kind}
      </p>
      <Lines
        of={[
          ["Owner", owner],
          ["Reason", reason],
          ["Until", expires_at?.slice(0, 10) ?? "it is released"],
          ["By", created_by],
        ]}
      />
    </>
  );
}
