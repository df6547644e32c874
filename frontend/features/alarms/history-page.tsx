"use client";
// Every alarm of a span of time: who acknowledged it, how long it lasted, what was noted.
import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { AlarmCard } from "@/components/alarm-card";
import { ColumnChoice, useChosenColumns } from "@/components/column-choice";
import { DataTable } from "@/components/data-table";
import { RangePicker, useRange } from "@/components/range-picker";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { type Alarm, withQuery } from "@/lib/api";
import { useServerNow } from "@/lib/live";
import { useSite, useUrlState } from "@/lib/session";
import { historyColumns, nameOfAlarm } from "./alarm-columns";
import { AlarmDrawer } from "./alarm-drawer";
import { AlarmFilterBar, useAlarmFilters } from "./alarm-filters";
import { useAlarmRows } from "./alarm-rows";
import { AlarmsFrame } from "./alarms-frame";
import { ArrivalsPill } from "./arrivals-pill";

const keyOf = (alarm: Alarm) => alarm.id;
const states = {
  all: "All states",
  active: "Active",
  acknowledged: "Acknowledged",
  cleared: "Cleared",
  resolved: "Resolved",
} as const;

export function HistoryPage() {
  const site = useSite();
  const timeZone = site?.time_zone ?? "UTC";
  const url = useUrlState();
  const now = useServerNow();
  // The span is that of the moment at which the page was opened; what comes later waits behind the pill.
  const [opened] = useState(now);
  const range = useRange("7d", opened);
  const order = url.search.get("order") === "severity" ? "severity" : "newest";
  const state = url.search.get("state") ?? "all";
  const filters = useAlarmFilters({ state, order, ...range });
  const list = useAlarmRows(site?.code, filters);
  const { rows, total, arrived, gone, show } = list;
  const all = useMemo(() => historyColumns(timeZone), [timeZone]);
  const columns = useChosenColumns(all);

  const instead = list.error ? (
    <ErrorView title="The history could not be loaded" detail={list.error.message} onRetry={() => list.refetch()} />
  ) : rows?.length === 0 ? (
    <EmptyView title="No alarm in this span">Choose a longer one, or fewer filters.</EmptyView>
  ) : undefined;

  return (
    <AlarmsFrame title="Alarm history">
      <AlarmFilterBar>
        <Select
          aria-label="State"
          className="min-w-0 flex-1 max-sm:basis-[40%] sm:w-auto sm:flex-none"
          value={state}
          onChange={(event) => url.set({ state: event.target.value === "all" ? null : event.target.value })}
        >
          {Object.entries(states).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <RangePicker preset="7d" timeZone={timeZone} now={opened} />
      </AlarmFilterBar>
      <div className="flex min-h-9 flex-wrap items-center gap-2">
        <ArrivalsPill arrived={arrived} gone={gone} onShow={show} />
        <span className="ml-auto text-muted text-xs tabular-nums">{list.loaded}</span>
        <ColumnChoice columns={all} />
        <Button asChild size="small">
          <a href={withQuery("/api/alarms.csv", { site: site?.code, ...filters })} download>
            <Download aria-hidden />
            CSV
          </a>
        </Button>
      </div>
      <DataTable
        label="Alarm history"
        columns={columns}
        rows={rows}
        total={total}
        keyOf={keyOf}
        nameOf={nameOfAlarm}
        card={(alarm) => <AlarmCard alarm={alarm} timeZone={timeZone} />}
        order={{ by: order, down: true }}
        onOrder={(by) => url.set({ order: by === "severity" ? "severity" : null })}
        onEndReached={list.onEndReached}
        onOpen={(alarm) => url.set({ alarm: String(alarm.id) }, { push: true })}
        instead={instead}
      />
      <AlarmDrawer site={site?.code} timeZone={timeZone} />
    </AlarmsFrame>
  );
}
