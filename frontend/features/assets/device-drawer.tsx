"use client";
// One device: its form, what its sensors say, and what has been changed. Which one is in the address, so that every page of assets opens it.
import { Move as MoveIcon } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { DeviceCredentials } from "@/components/device-credentials";
import { RackDevices } from "@/components/rack-panel/rack-readings";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError } from "@/lib/api";
import { formatAge } from "@/lib/format";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { rackKey } from "@/lib/racks";
import { readingsStore, useReadingsOf } from "@/lib/readings-store";
import { useMay } from "@/lib/roles";
import { cn } from "@/lib/utils";
import { fetchDevice, useDevice, useDeviceTypes, useRemoveDevice, useSaveDevice, useTellWithUndo } from "./assets-api";
import type { Device } from "./assets-types";
import { changesOf, type DeviceDraft, documentOf, draftOf, newDraft, withoutNulls } from "./device-draft";
import { DeviceFields } from "./device-fields";
import { ChangeHistory } from "./device-history";
import { wattsWords } from "./elevation-colors";

const fields = [
  ...["/name", "/status", "/device_type_id", "/role", "/serial", "/asset_tag", "/ip", "/feeds", "/power_sensor_id"],
  ...[
    "/rack_id",
    "/room_id",
    "/position/mount",
    "/position/u",
    "/position/height_u",
    "/position/face",
    "/position/side",
  ],
  ...["/position", "/owner", "/tags", "/install_date", "/warranty_until", "/notes"],
];
const tabs = { details: "Details", sensors: "Sensors", history: "History" } as const;
type Tab = keyof typeof tabs;

type Shared = {
  site: string;
  timeZone: string;
  onClose: () => void;
  /** Takes it into the hand; undefined: this page has no place to put it. */
  onMove?: (device: Device) => void;
};

function Facts({ device, site }: { device: Device; site: string }) {
  const now = useServerNow();
  const rooms = useRooms(site).data?.items;
  const rack = useRacks(site).data?.items.find(({ id }) => id === device.rack_id);
  const { power } = device;
  const watts = wattsWords(power);
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-md bg-raised px-3 py-2">
      <span data-testid="device-power">
        <strong className="font-semibold tabular-nums">{watts ?? "Power not known"}</strong>{" "}
        <span className="text-muted text-xs">
          {watts && (power.measured ? "measured" : "estimated from its type")}
          {power.measured && power.ts && `, ${formatAge(now - Date.parse(power.ts))} ago`}
        </span>
      </span>
      <span className="text-muted text-xs">
        {device.monitored ? `monitored, ${device.sensors} sensors` : "publishes nothing itself"}
      </span>
      {rack && (
        <Link
          className="ml-auto text-primary hover:underline"
          href={{ pathname: "/racks/", query: { site, rack: rackKey(rack, rooms), device: device.id } }}
        >
          In rack {rack.name}
        </Link>
      )}
    </div>
  );
}

function DeviceSensors({ device, site, timeZone }: { device: Device; site: string; timeZone: string }) {
  const may = useMay();
  const now = useServerNow();
  const sensors = (useSensors(site).data?.items ?? []).filter(({ device_id }) => device_id === device.id);
  useReadingsOf(sensors);
  if (sensors.length === 0) {
    return (
      <EmptyView title="It publishes nothing itself">
        {device.power.measured
          ? "What it draws is measured by another device's sensor."
          : "What it draws is estimated."}
      </EmptyView>
    );
  }
  return (
    <div className="grid gap-6">
      <RackDevices rack={{ sensors }} find={readingsStore.get} now={now} timeZone={timeZone} />
      {device.monitored && <DeviceCredentials deviceId={device.id} canEdit={may.manage} />}
    </div>
  );
}

type FormProps = Shared & { device: Device | undefined; first: DeviceDraft; onTakeTheirs?: (device: Device) => void };

function DeviceForm({ device, first, site, timeZone, onClose, onMove, onTakeTheirs }: FormProps) {
  const may = useMay();
  const [draft, setDraft] = useState(first);
  const [problems, setProblems] = useState<Problems>({});
  const [tab, setTab] = useState<Tab>("details");
  const types = useDeviceTypes().data?.items;
  const racks = useRacks(site).data?.items;
  const rooms = useRooms(site).data?.items;
  const sensors = useSensors(site).data?.items.filter(({ unit }) => unit === "W" || unit === "kW");
  const save = useSaveDevice(site);
  const removal = useRemoveDevice();
  const tell = useTellWithUndo(site);
  const document = documentOf(draft);
  return (
    <SettingsDrawer
      wide
      what="device"
      title={device?.name ?? "New device"}
      description={
        device
          ? [device.role, device.device_type && `${device.device_type.manufacturer} ${device.device_type.model}`]
              .filter(Boolean)
              .join(" · ")
          : "What it is and where it stands"
      }
      over={device}
      document={document}
      busy={save.isPending || removal.isPending}
      readOnly={!may.manage}
      consequence="Its place becomes free. Its history stays, and the removal can be undone."
      fields={fields}
      problems={problems}
      onProblems={(found) => {
        setProblems(found);
        if (Object.keys(found).length) setTab("details");
      }}
      onSave={async (over) => {
        const wanted = over && device ? changesOf(documentOf(draftOf(device)), document) : withoutNulls(document);
        const { body, changeId } = await save.mutateAsync({ document: wanted, over });
        tell(over ? `${body.name} is saved.` : `${body.name} is added.`, { changeId });
      }}
      onRemove={async ({ id, name }) => tell(`${name} is removed.`, await removal.mutateAsync(id))}
      fetchTheirs={({ id }) => fetchDevice(id)}
      onTakeTheirs={(theirs) => onTakeTheirs?.(theirs)}
      onClose={() => onClose()}
      actions={
        device &&
        onMove && (
          <Button onClick={() => onMove(device)}>
            <MoveIcon aria-hidden /> Move
          </Button>
        )
      }
    >
      {device && <Facts device={device} site={site} />}
      {device && (
        <div role="tablist" aria-label="Parts of the device" className="flex gap-1 border-b">
          {Object.entries(tabs).map(([key, label]) => (
            <button
              key={key}
              type="button"
              role="tab"
              aria-selected={tab === key}
              className={cn(
                "-mb-px cursor-pointer border-b-2 border-transparent px-3 py-2 text-muted hover:text-foreground",
                tab === key && "border-primary font-medium text-foreground",
              )}
              onClick={() => setTab(key as Tab)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {tab === "details" && (
        <fieldset disabled={!may.manage} className="grid min-w-0 gap-6">
          <DeviceFields {...{ draft, problems, types, racks, rooms, sensors }} onChange={setDraft} />
        </fieldset>
      )}
      {tab === "sensors" && device && <DeviceSensors {...{ device, site, timeZone }} />}
      {tab === "history" && device && (
        <ChangeHistory what="devices" id={device.id} mayEdit={may.manage} {...{ site, timeZone }} />
      )}
    </SettingsDrawer>
  );
}

/** What is edited stays what it was, also when somebody else changes it meanwhile; theirs is taken on demand. */
function KnownDevice({ device, ...shared }: Shared & { device: Device }) {
  const [base, setBase] = useState(device);
  return <DeviceForm key={base.version} device={base} first={draftOf(base)} onTakeTheirs={setBase} {...shared} />;
}

type Props = Shared & {
  /** Undefined: none is open; "new": one that begins as `first`. */
  wanted: number | "new" | undefined;
  first?: Partial<DeviceDraft>;
};

export function DeviceDrawer({ wanted, first, ...shared }: Props) {
  const { data, error, refetch } = useDevice(wanted === "new" ? undefined : wanted);
  if (wanted === undefined) return null;
  if (wanted === "new") return <DeviceForm device={undefined} first={newDraft(first)} {...shared} />;
  if (data && data.id === wanted) return <KnownDevice key={data.id} device={data} {...shared} />;
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <Drawer open wide onClose={shared.onClose} title="Device" description="">
      {error ? (
        <ErrorView
          title={gone ? "There is no such device" : "The device could not be loaded"}
          detail={gone ? "It was removed, or it stands in another site." : error.message}
          onRetry={gone ? undefined : refetch}
        />
      ) : (
        <div className="grid gap-4" aria-busy>
          <Skeleton className="h-10" />
          <Skeleton className="h-64" />
        </div>
      )}
    </Drawer>
  );
}
