"use client";
// The columns of the inventory, and a device as a card for a phone.
import type { Column } from "@/components/data-table";
import { Moment } from "@/components/moment";
import { WordBadge } from "@/components/word-badge";
import type { Device, DeviceStatus } from "./assets-types";
import { roleToken, wattsWords } from "./elevation-colors";
import { uWords } from "./elevation-model";

const statusLooks: Record<DeviceStatus, { glyph: string; text: string }> = {
  active: { glyph: "●", text: "text-good" },
  planned: { glyph: "◌", text: "text-info" },
  offline: { glyph: "○", text: "text-warning" },
  decommissioned: { glyph: "✕", text: "text-unknown" },
};

const StatusBadge = ({ status }: { status: DeviceStatus }) => <WordBadge word={status} {...statusLooks[status]} />;

/** "12–13", "left side", nothing where nobody has said it. */
function uText({ position }: Device) {
  if (!position) return "";
  return position.mount === "side" ? `${position.side} side` : uWords(position).replace("U ", "").replace(" to ", "–");
}

const Dim = ({ children }: { children: React.ReactNode }) => <span className="text-muted">{children ?? "–"}</span>;

export function deviceColumns(timeZone: string): Column<Device>[] {
  return [
    {
      ...{ key: "name", label: "Name", order: "name", className: "w-44" },
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    {
      ...{ key: "role", label: "Role", order: "role", className: "w-44" },
      cell: ({ role }) => (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-full" style={{ background: `var(${roleToken(role)})` }} />
          {role}
        </span>
      ),
    },
    {
      ...{ key: "type", label: "Device type", order: "type", className: "w-44" },
      cell: ({ device_type: type }) => <Dim>{type && `${type.manufacturer} ${type.model}`}</Dim>,
    },
    { ...{ key: "room", label: "Room", order: "room", className: "w-28" }, cell: ({ room }) => room ?? "–" },
    { ...{ key: "rack", label: "Rack", order: "rack", className: "w-20" }, cell: ({ rack }) => rack ?? "–" },
    { ...{ key: "u", label: "U", order: "u", numeric: true, className: "w-20" }, cell: uText },
    {
      ...{ key: "ip", label: "IP address", order: "ip", className: "w-32" },
      cell: ({ ip }) => <span className="tabular-nums">{ip ?? "–"}</span>,
    },
    {
      ...{ key: "status", label: "Status", order: "status", className: "w-32" },
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      ...{ key: "power", label: "Power", order: "power", numeric: true, className: "w-24" },
      cell: ({ power }) => (
        <span
          className={power.measured ? "" : "text-muted"}
          title={power.measured ? "measured" : "estimated from its type"}
        >
          {wattsWords(power) ?? "–"}
        </span>
      ),
    },
    {
      ...{ key: "serial", label: "Serial", order: "serial", className: "w-32" },
      cell: ({ serial }) => <Dim>{serial}</Dim>,
    },
    {
      ...{ key: "asset_tag", label: "Asset tag", order: "asset_tag", className: "w-28" },
      cell: ({ asset_tag }) => <Dim>{asset_tag}</Dim>,
    },
    { ...{ key: "owner", label: "Owner", order: "owner", className: "w-32" }, cell: ({ owner }) => owner ?? "–" },
    {
      ...{ key: "install_date", label: "Installed", order: "install_date", className: "w-28" },
      cell: ({ install_date }) => <span className="tabular-nums">{install_date ?? "–"}</span>,
    },
    {
      ...{ key: "warranty", label: "Warranty until", className: "w-28" },
      cell: ({ warranty_until }) => <span className="tabular-nums">{warranty_until ?? "–"}</span>,
    },
    { ...{ key: "feeds", label: "Feeds", className: "w-16" }, cell: ({ feeds }) => feeds ?? "–" },
    { ...{ key: "tags", label: "Tags", className: "w-40" }, cell: ({ tags }) => <Dim>{tags.join(", ") || "–"}</Dim> },
    {
      ...{ key: "updated", label: "Changed", order: "updated_at", className: "w-36" },
      cell: ({ updated_at }) => (
        <Dim>
          <Moment iso={updated_at} timeZone={timeZone} />
        </Dim>
      ),
    },
  ];
}

/** Not shown until somebody wants them. */
export const hiddenFirst = ["asset_tag", "feeds", "tags", "updated", "warranty"];

export function DeviceRowCard({ device }: { device: Device }) {
  const type = device.device_type;
  const place = [
    device.room,
    device.rack,
    device.position?.mount === "side" ? uText(device) : uText(device) && `U ${uText(device)}`,
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="grid gap-0.5">
      <span className="flex justify-between gap-2">
        <span className="truncate font-medium">{device.name}</span>
        <StatusBadge status={device.status} />
      </span>
      <span className="truncate text-muted text-xs">
        {device.role}
        {type && ` · ${type.manufacturer} ${type.model}`}
      </span>
      <span className="flex justify-between gap-2 text-xs">
        <span className="truncate">{place || "no place"}</span>
        <span className="tabular-nums">{wattsWords(device.power)}</span>
      </span>
    </div>
  );
}
