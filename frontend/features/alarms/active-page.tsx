"use client";
// The open alarms of the site, live. What is listed changes where it stands; what comes waits behind a pill.
import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import { AlarmCard } from "@/components/alarm-card";
import { ColumnChoice, useChosenColumns } from "@/components/column-choice";
import { DataTable } from "@/components/data-table";
import { SeverityTally } from "@/components/severity-badge";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { useAlarmCounts } from "@/lib/alarms-live";
import type { Alarm } from "@/lib/api";
import { formatAge } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useMay } from "@/lib/roles";
import { useSelection } from "@/lib/selection";
import { useSite, useUrlState } from "@/lib/session";
import { AcknowledgeDialog, type Wanted } from "./acknowledge-dialog";
import { activeColumns, nameOfAlarm } from "./alarm-columns";
import { AlarmDrawer } from "./alarm-drawer";
import { AlarmFilterBar, useAlarmFilters } from "./alarm-filters";
import { useAlarmRows } from "./alarm-rows";
import { fetchAllIds } from "./alarms-api";
import { AlarmsFrame } from "./alarms-frame";
import { ArrivalsPill } from "./arrivals-pill";

const keyOf = (alarm: Alarm) => alarm.id;
const states = { open: "All open", active: "Active", acknowledged: "Acknowledged", cleared: "Cleared" } as const;

export function ActivePage() {
  const site = useSite();
  const timeZone = site?.time_zone ?? "UTC";
  const url = useUrlState();
  const kiosk = useSearchParams().get("kiosk") === "1";
  const now = useServerNow();
  const counts = useAlarmCounts();
  const may = useMay();
  const order = url.search.get("order") === "newest" ? "newest" : "severity";
  const state = url.search.get("state") ?? "open";
  const filters = useAlarmFilters({ state, order });
  const list = useAlarmRows(site?.code, filters);
  const { rows, total, arrived, gone, show } = list;
  const selection = useSelection();
  const [wanted, setWanted] = useState<Wanted>();
  const [told, setTold] = useState("");
  const filtered = Boolean(filters.search || filters.severity || filters.system || filters.room || state !== "open");

  // Nobody can be pointing at an empty list, nor at the wall.
  const showAtOnce = arrived.length > 0 && (rows?.length === 0 || kiosk);
  // biome-ignore lint/correctness/useExhaustiveDependencies: shown once for each arrival
  useEffect(() => {
    if (showAtOnce) void show(!kiosk);
  }, [showAtOnce, arrived.length]);

  const open = useCallback((alarm: Alarm) => url.set({ alarm: String(alarm.id) }, { push: true }), [url]);
  const all = useMemo(() => activeColumns(now, timeZone), [now, timeZone]);
  const columns = useChosenColumns(all);

  function acknowledge(row: Alarm | undefined) {
    if (!may.acknowledge) return setTold("Your role may not acknowledge alarms.");
    const chosen = rows?.filter(({ id }) => selection.keys.has(id)) ?? [];
    if (selection.keys.size > 0) {
      const count = selection.keys.size;
      const [only] = chosen;
      const what = count === 1 && only ? nameOfAlarm(only) : `${count} alarms, each with the same note`;
      return setWanted({ ids: [...selection.keys] as number[], what });
    }
    if (row?.acknowledged_at) return setTold(`It was acknowledged by ${row.acknowledged_by}.`);
    if (row) setWanted({ ids: [row.id], what: nameOfAlarm(row) });
  }

  async function chooseAll() {
    try {
      selection.choose(await fetchAllIds(site?.code, filters));
    } catch (error) {
      setTold(`Not all could be chosen: ${error instanceof Error ? error.message : error}`);
    }
  }

  const chosen = selection.keys.size;
  const allListed = rows !== undefined && chosen > 0 && chosen >= rows.length && total !== undefined && total > chosen;
  const instead = list.error ? (
    <ErrorView title="The alarms could not be loaded" detail={list.error.message} onRetry={() => list.refetch()} />
  ) : rows?.length === 0 ? (
    filtered ? (
      <EmptyView title="No open alarm matches the filters">
        <Button
          className="mt-2"
          onClick={() => url.set({ q: null, severity: null, system: null, room: null, state: null })}
        >
          Show all open alarms
        </Button>
      </EmptyView>
    ) : (
      <EmptyView title="No open alarms">
        Every rule of this site is watched; what is raised appears here at once. What was is in the history.
      </EmptyView>
    )
  ) : undefined;

  return (
    <AlarmsFrame title="Active alarms" aside={counts && <SeverityTally counts={counts.open} />}>
      <AlarmFilterBar>
        <Select
          aria-label="State"
          className="min-w-0 flex-1 max-sm:basis-[40%] sm:w-auto sm:flex-none"
          value={state}
          onChange={(event) => url.set({ state: event.target.value === "open" ? null : event.target.value })}
        >
          {Object.entries(states).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </AlarmFilterBar>
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        {may.acknowledge && (
          <Button
            variant={chosen ? "primary" : "outline"}
            disabled={chosen === 0}
            onClick={() => acknowledge(undefined)}
          >
            Acknowledge{chosen > 0 && ` ${chosen}`}
          </Button>
        )}
        {chosen > 0 && (
          <Button variant="ghost" onClick={selection.clear}>
            Choose none
          </Button>
        )}
        {allListed && (
          <Button variant="ghost" onClick={chooseAll}>
            Choose all {total} that match
          </Button>
        )}
        <ArrivalsPill arrived={arrived} gone={gone} onShow={show} />
        <p role="status" className="text-muted">
          {told}
        </p>
        <span className="ml-auto text-muted text-xs tabular-nums">{list.loaded}</span>
        <ColumnChoice columns={all} />
      </div>
      <DataTable
        label="Active alarms"
        columns={columns}
        rows={rows}
        total={total}
        keyOf={keyOf}
        nameOf={nameOfAlarm}
        card={(alarm) => (
          <AlarmCard alarm={alarm} timeZone={timeZone} time={formatAge(now - Date.parse(alarm.raised_at))} />
        )}
        order={{ by: order, down: order === "severity" }}
        onOrder={(by) => url.set({ order: by === "newest" ? "newest" : null })}
        onEndReached={list.onEndReached}
        selection={may.acknowledge ? selection : undefined}
        onOpen={open}
        keys={{ a: acknowledge }}
        rowClass={({ state: of }) => (of === "resolved" ? "opacity-60" : undefined)}
        instead={instead}
      />
      <AcknowledgeDialog
        site={site?.code}
        wanted={wanted}
        onClose={(outcome) => {
          setWanted(undefined);
          if (!outcome) return;
          setTold(outcome);
          selection.clear();
        }}
      />
      <AlarmDrawer site={site?.code} timeZone={timeZone} />
    </AlarmsFrame>
  );
}
