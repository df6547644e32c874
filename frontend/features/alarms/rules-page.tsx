"use client";
// When readings become alarms: the rules that concern the site. Which one is open is in the address.
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { severityLooks } from "@/components/severity-badge";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { AlarmRule } from "@/lib/api";
import { formatDuration, formatNumber } from "@/lib/format";
import { useMay } from "@/lib/roles";
import { useSite, useUrlState } from "@/lib/session";
import { inShownUnit, stateWord } from "@/lib/units";
import { cn } from "@/lib/utils";
import { useRules } from "./alarms-api";
import { AlarmsFrame } from "./alarms-frame";
import { baselines, ruleTypes } from "./rule-draft";
import { RuleDrawer } from "./rule-drawer";

const keyOf = (rule: AlarmRule) => rule.id;
const nameOf = (rule: AlarmRule) => `${rule.name}, ${rule.scope_label}`;
const signs = { above: ">", below: "<", equals: "", silent: ">" } as const;

/** "< 18.0", "> 28.0": with the colour, glyph and, for those who hear it, the word of the severity. */
function Levels({ rule }: { rule: AlarmRule }) {
  return (
    <span className="inline-flex max-w-full gap-2 whitespace-nowrap align-bottom">
      {rule.levels.map(({ when, limit, severity }) => {
        const { glyph: Glyph, text, word } = severityLooks[severity];
        const shown = inShownUnit(limit, rule.unit);
        const what =
          rule.type === "state"
            ? stateWord(rule.kind, limit)
            : rule.type === "no-data"
              ? `${limit}× interval`
              : formatNumber(shown.value, shown.unit);
        return (
          <span key={`${when}${limit}`} title={word} className={cn("inline-flex shrink-0 items-center gap-1", text)}>
            <Glyph aria-hidden className="size-3.5 shrink-0" />
            <span className="sr-only">{word}</span>
            <span className="tabular-nums">
              {signs[when]} {what}
            </span>
          </span>
        );
      })}
      {(rule.type === "limits" || rule.type === "rate" || rule.type === "deviation") && (
        <span className="truncate text-muted">
          {inShownUnit(0, rule.unit).unit}
          {rule.window_s && ` in ${formatDuration(rule.window_s)}`}
          {rule.baseline && ` ${baselines[rule.baseline].short}`}
        </span>
      )}
    </span>
  );
}

const columns: Column<AlarmRule>[] = [
  {
    key: "name",
    label: "Rule",
    className: "w-[20%]",
    cell: (rule) => (
      <span className={cn("font-medium", !rule.enabled && "text-muted")}>
        {rule.name}
        {!rule.enabled && <span className="ml-2 rounded bg-raised px-1.5 font-normal text-xs">off</span>}
      </span>
    ),
  },
  {
    key: "kind",
    label: "Watches",
    className: "w-[19%]",
    cell: ({ kind, type }) => (
      <>
        {kind === "*" ? "every device" : kind} <span className="text-muted">· {ruleTypes[type].toLowerCase()}</span>
      </>
    ),
  },
  { key: "scope", label: "Holds for", className: "w-[13%]", cell: ({ scope_label }) => scope_label },
  { key: "levels", label: "Levels", cell: (rule) => <Levels rule={rule} /> },
  {
    key: "delays",
    label: "On / off delay",
    className: "hidden w-36 xl:table-cell",
    cell: ({ on_delay_s, off_delay_s }) => (
      <span className="text-muted tabular-nums">
        {formatDuration(on_delay_s)} / {formatDuration(off_delay_s)}
      </span>
    ),
  },
  {
    key: "sensors",
    label: "Sensors",
    numeric: true,
    className: "hidden w-20 lg:table-cell",
    cell: ({ sensors }) => sensors,
  },
];

function RuleCard({ rule }: { rule: AlarmRule }) {
  return (
    <div className="grid gap-0.5">
      <span className="truncate font-medium">
        {rule.name} {!rule.enabled && <span className="text-muted">(off)</span>}
      </span>
      <span className="truncate text-muted text-xs">
        {rule.scope_label} · {rule.kind === "*" ? "every device" : rule.kind}
      </span>
      <span className="overflow-hidden text-xs">
        <Levels rule={rule} />
      </span>
    </div>
  );
}

export function RulesPage() {
  const site = useSite();
  const url = useUrlState();
  const may = useMay();
  const rules = useRules(site?.code);
  const [told, setTold] = useState("");
  const filter = (url.search.get("q") ?? "").toLowerCase();
  const rows = useMemo(
    () =>
      rules.data?.items.filter(({ name, kind, scope_label }) =>
        `${name} ${kind} ${scope_label}`.toLowerCase().includes(filter),
      ),
    [rules.data, filter],
  );
  const create = () => url.set({ rule: "new" }, { push: true });
  const instead = rules.error ? (
    <ErrorView title="The rules could not be loaded" detail={rules.error.message} onRetry={() => rules.refetch()} />
  ) : rows?.length === 0 ? (
    <EmptyView title={filter ? "No rule matches" : "No rules: nothing of this site is watched"}>
      {!filter && may.manage && (
        <Button className="mt-2" onClick={create}>
          Create the first one
        </Button>
      )}
    </EmptyView>
  ) : undefined;
  return (
    <AlarmsFrame
      title="Alarm rules"
      aside={
        may.manage && (
          <Button variant="primary" onClick={create}>
            <Plus aria-hidden /> New rule
          </Button>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <Input
          type="search"
          aria-label="Filter rules"
          placeholder="Filter by name, kind or place"
          className="max-w-72"
          value={url.search.get("q") ?? ""}
          onChange={({ target }) => url.set({ q: target.value })}
        />
        <p role="status" className="text-muted">
          {told}
        </p>
        {rows && <span className="ml-auto text-muted text-xs tabular-nums">{rows.length} rules</span>}
      </div>
      <DataTable
        label="Alarm rules"
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        card={(rule) => <RuleCard rule={rule} />}
        onOpen={(rule) => url.set({ rule: String(rule.id) }, { push: true })}
        instead={instead}
      />
      {site && (
        <RuleDrawer
          site={site.code}
          timeZone={site.time_zone}
          rules={rules.data?.items}
          wanted={url.search.get("rule")}
          copyOf={url.search.get("copy")}
          rackId={url.search.get("rack")}
          onClose={(outcome) => {
            url.set({ rule: null, copy: null, rack: null });
            setTold(outcome ?? "");
          }}
        />
      )}
    </AlarmsFrame>
  );
}
