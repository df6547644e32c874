"use client";
// The catalogue of device types: what they measure, weigh and draw. They come one by one, or from files of the community's device-type format.
import { FileUp, Plus } from "lucide-react";
import { useMemo, useRef } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { SearchBox } from "@/components/search-box";
import { EmptyView, ErrorView } from "@/components/state-views";
import { toast } from "@/components/toasts";
import { Button } from "@/components/ui/button";
import { ApiError } from "@/lib/api";
import { formatNumber, noValue } from "@/lib/format";
import { useMay } from "@/lib/roles";
import { useUrlState } from "@/lib/session";
import { useDeviceTypes } from "./assets-api";
import { AssetsFrame } from "./assets-frame";
import type { DeviceType } from "./assets-types";
import { useImportType } from "./inventory-api";
import { TypeDrawer } from "./type-drawer";

const keyOf = (type: DeviceType) => type.id;
const nameOf = (type: DeviceType) => `${type.manufacturer} ${type.model}`;
const amount = (value: number | null, unit: string) =>
  value === null ? noValue : `${formatNumber(value, unit === "kg" ? "kg" : "count")} ${unit}`;
const sizeOf = ({ height_u, width, full_depth }: DeviceType) =>
  [height_u === 0 ? "0 U" : `${height_u} U`, width === "half" && "half width", !full_depth && "half depth"]
    .filter(Boolean)
    .join(", ");

const columns: Column<DeviceType>[] = [
  { key: "maker", label: "Manufacturer", className: "w-[13%]", cell: ({ manufacturer }) => manufacturer },
  {
    key: "model",
    label: "Model",
    className: "w-[14%]",
    cell: ({ model }) => <span className="font-medium">{model}</span>,
  },
  { key: "role", label: "Role", className: "w-[22%] lg:w-[11%]", cell: ({ role }) => role },
  { key: "size", label: "Size", cell: sizeOf },
  {
    ...{ key: "typical", label: "Typical", numeric: true, className: "w-24" },
    cell: ({ power_typical_w }) => amount(power_typical_w, "W"),
  },
  {
    ...{ key: "nameplate", label: "Nameplate", numeric: true, className: "hidden w-28 lg:table-cell" },
    cell: ({ power_nameplate_w }) => amount(power_nameplate_w, "W"),
  },
  {
    ...{ key: "weight", label: "Weight", numeric: true, className: "hidden w-24 lg:table-cell" },
    cell: ({ weight_kg }) => amount(weight_kg, "kg"),
  },
  {
    ...{ key: "airflow", label: "Airflow", className: "hidden w-32 xl:table-cell" },
    cell: ({ airflow }) => airflow ?? noValue,
  },
  { key: "devices", label: "Devices", numeric: true, className: "w-24", cell: ({ devices }) => devices },
];

function TypeCard({ type }: { type: DeviceType }) {
  return (
    <div className="grid gap-0.5">
      <span className="truncate font-medium">{nameOf(type)}</span>
      <span className="truncate text-muted text-xs">
        {type.role} · {sizeOf(type)}
      </span>
      <span className="flex justify-between text-xs tabular-nums">
        <span>{amount(type.power_typical_w, "W")}</span>
        <span>{type.devices === 1 ? "1 device" : `${type.devices} devices`}</span>
      </span>
    </div>
  );
}

export function TypesPage() {
  const url = useUrlState();
  const may = useMay();
  const types = useDeviceTypes();
  const bring = useImportType();
  const files = useRef<HTMLInputElement>(null);
  const filter = (url.search.get("q") ?? "").toLowerCase();
  const rows = useMemo(
    () =>
      types.data?.items.filter(({ manufacturer, model, role, part_number }) =>
        `${manufacturer} ${model} ${role} ${part_number ?? ""}`.toLowerCase().includes(filter),
      ),
    [types.data, filter],
  );
  const wanted = url.search.get("type");
  const type = types.data?.items.find(({ id }) => String(id) === wanted);

  /** One after the other, so that what is wrong with a file is told with its name. */
  async function importFiles(all: File[]) {
    let good = 0;
    for (const file of all) {
      try {
        await bring.mutateAsync(await file.text());
        ++good;
      } catch (error) {
        const field = error instanceof ApiError && error.field ? ` (${error.field})` : "";
        toast(`${file.name}: ${(error as Error).message}${field}`, { tone: "critical" });
      }
    }
    if (good > 0) toast(`${good} device ${good === 1 ? "type" : "types"} imported.`);
  }

  const instead = types.error ? (
    <ErrorView
      title="The device types could not be loaded"
      detail={types.error.message}
      onRetry={() => types.refetch()}
    />
  ) : rows?.length === 0 ? (
    <EmptyView title={filter ? "No device type matches" : "There are no device types yet"}>
      {!filter && "Add one, or import YAML files of the community's device-type format."}
    </EmptyView>
  ) : undefined;
  return (
    <AssetsFrame
      title="Device types"
      aside={
        may.manage && (
          <>
            <input
              ref={files}
              type="file"
              multiple
              accept=".yaml,.yml"
              aria-label="YAML files of device types"
              className="hidden"
              onChange={({ target }) => {
                void importFiles([...(target.files ?? [])]);
                target.value = "";
              }}
            />
            <Button size="small" disabled={bring.isPending} onClick={() => files.current?.click()}>
              <FileUp aria-hidden /> {bring.isPending ? "Importing …" : "Import YAML"}
            </Button>
            <Button size="small" variant="primary" onClick={() => url.set({ type: "new" }, { push: true })}>
              <Plus aria-hidden /> New type
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox label="Search device types" title="Manufacturer, model, role or part number" className="max-w-80" />
        {rows && <span className="ml-auto text-muted text-xs tabular-nums">{rows.length} device types</span>}
      </div>
      <DataTable
        label="Device types"
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        card={(each) => <TypeCard type={each} />}
        onOpen={({ id }) => url.set({ type: String(id) }, { push: true })}
        instead={instead}
      />
      {(wanted === "new" || type) && <TypeDrawer key={wanted} type={type} onClose={() => url.set({ type: null })} />}
    </AssetsFrame>
  );
}
