"use client";
// All devices of a site: searched, filtered and sorted by the server, a page at a time; changed one by one or many at once; CSV in and out.
import { useQueryClient } from "@tanstack/react-query";
import { Download, Plus, RefreshCw, Upload } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { ColumnChoice, useChosenColumns } from "@/components/column-choice";
import { DataTable } from "@/components/data-table";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { withQuery } from "@/lib/api";
import { useMay } from "@/lib/roles";
import { useSelection } from "@/lib/selection";
import { useSite, useUrlState } from "@/lib/session";
import { changedJustNow } from "./assets-api";
import { AssetsFrame } from "./assets-frame";
import type { Device } from "./assets-types";
import { BulkDrawer } from "./bulk-drawer";
import { DeviceDrawer } from "./device-drawer";
import { ImportDrawer } from "./import-drawer";
import { bulkAtMost, filterKeys, showNewest, useDeviceFilters, useDevices } from "./inventory-api";
import { DeviceRowCard, deviceColumns, hiddenFirst } from "./inventory-columns";
import { InventoryFilters } from "./inventory-filters";
import { SavedViews } from "./saved-views";

const keyOf = (device: Device) => device.id;
const nameOf = (device: Device) => device.name;
const viewKeys = [...filterKeys, "hide"];
const columnPx = 110;

export function InventoryPage() {
  const site = useSite();
  const code = site?.code;
  const timeZone = site?.time_zone ?? "UTC";
  const url = useUrlState();
  const may = useMay();
  const queries = useQueryClient();
  const filters = useDeviceFilters();
  const list = useDevices(code, filters);
  const { rows, total } = list;
  const all = useMemo(() => deviceColumns(timeZone), [timeZone]);
  const columns = useChosenColumns(all, hiddenFirst);
  const selection = useSelection();
  const [bulk, setBulk] = useState(false);
  const [importing, setImporting] = useState(false);

  // Another list: what was chosen in the former one is not chosen here.
  const text = JSON.stringify(filters);
  const { clear } = selection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another list counts
  useEffect(() => clear(), [text, code]);

  const outOfDate = list.isStale && !list.isFetching && rows !== undefined;
  const show = () => showNewest(queries, code, filters);
  // What we have just done ourselves is shown at once; what others did waits for a click.
  useEffect(() => {
    if (outOfDate && changedJustNow()) void showNewest(queries, code, JSON.parse(text));
  }, [outOfDate, queries, code, text]);

  const sort = filters.sort ?? "";
  const by = sort.replace(/^-/, "") || (filters.q ? "" : "name");
  const down = sort.startsWith("-");
  const wanted = url.search.get("device");
  const chosen = rows?.filter(({ id }) => selection.keys.has(id)) ?? [];
  const filtered = Object.keys(filters).some((key) => key !== "sort");

  const instead =
    list.error && !rows ? (
      <ErrorView title="The inventory could not be loaded" detail={list.error.message} onRetry={() => list.refetch()} />
    ) : rows?.length === 0 ? (
      <EmptyView title={filtered ? "No device matches" : "This site has no devices yet"}>
        {filtered ? (
          "Take away a filter, or search for less."
        ) : (
          <>
            Add the first one, or bring in a list of them as CSV.
            {may.manage && (
              <span className="mt-3 flex justify-center gap-2">
                <Button variant="primary" onClick={() => url.set({ device: "new" }, { push: true })}>
                  <Plus aria-hidden /> Add a device
                </Button>
                <Button onClick={() => setImporting(true)}>
                  <Upload aria-hidden /> Import CSV
                </Button>
              </span>
            )}
          </>
        )}
      </EmptyView>
    ) : undefined;

  return (
    <AssetsFrame
      title="Inventory"
      aside={
        may.manage && (
          <>
            <Button size="small" onClick={() => setImporting(true)}>
              <Upload aria-hidden /> Import CSV
            </Button>
            <Button size="small" variant="primary" onClick={() => url.set({ device: "new" }, { push: true })}>
              <Plus aria-hidden /> Add a device
            </Button>
          </>
        )
      }
    >
      {code && <InventoryFilters site={code} />}
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        {selection.keys.size > 0 ? (
          <>
            <span className="font-medium tabular-nums" role="status">
              {selection.keys.size} chosen
            </span>
            {may.manage && (
              <Button
                size="small"
                variant="primary"
                disabled={chosen.length > bulkAtMost}
                onClick={() => setBulk(true)}
              >
                Edit or remove …
              </Button>
            )}
            {chosen.length > bulkAtMost && <span className="text-warning">at most {bulkAtMost} at once</span>}
            <Button size="small" variant="ghost" onClick={selection.clear}>
              Choose none
            </Button>
          </>
        ) : (
          outOfDate && (
            <Button size="small" onClick={show}>
              <RefreshCw aria-hidden /> The list has changed: show it
            </Button>
          )
        )}
        {list.error && rows && <span className="text-critical">{list.error.message}</span>}
        <span className="ml-auto text-muted text-xs tabular-nums" data-testid="inventory-count">
          {rows && total !== undefined && (
            <>
              {total.toLocaleString("en")} {total === 1 ? "device" : "devices"}
              {list.isPlaceholderData && " …"}
            </>
          )}
        </span>
        <SavedViews keys={viewKeys} />
        <ColumnChoice columns={all} standard={hiddenFirst} />
        <Button asChild size="small">
          <a href={withQuery("/api/devices.csv", { site: code, ...filters })} download>
            <Download aria-hidden />
            CSV
          </a>
        </Button>
      </div>
      <DataTable
        label="Devices"
        columns={columns}
        minWidthPx={columns.length * columnPx}
        rows={rows}
        total={total}
        keyOf={keyOf}
        nameOf={nameOf}
        card={(device) => <DeviceRowCard device={device} />}
        order={{ by, down }}
        onOrder={(key) => url.set({ sort: by === key && !down ? `-${key}` : key })}
        onEndReached={list.onEndReached}
        selection={may.manage ? selection : undefined}
        onOpen={(device) => url.set({ device: String(device.id) }, { push: true })}
        instead={instead}
      />
      {site && (
        <>
          <DeviceDrawer
            key={wanted}
            site={site.code}
            timeZone={timeZone}
            wanted={wanted === null ? undefined : wanted === "new" ? "new" : Number(wanted)}
            onClose={() => url.set({ device: null })}
          />
          {bulk && (
            <BulkDrawer
              site={site.code}
              devices={chosen}
              onClose={(done) => {
                setBulk(false);
                if (done) selection.clear();
              }}
            />
          )}
          {importing && <ImportDrawer site={site.code} onClose={() => setImporting(false)} />}
        </>
      )}
    </AssetsFrame>
  );
}
