"use client";
// One alarm: what is true now, what to do, the trend around it, its journal, and what an operator does about it. Which one is in the address.
import Link from "next/link";
import { useState } from "react";
import { Moment } from "@/components/moment";
import { AlarmStateBadge, SeverityBadge } from "@/components/severity-badge";
import { ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { Field, Textarea } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { breadcrumbOf, valueAgainstLimit } from "@/lib/alarms";
import type { Alarm, AlarmDetail } from "@/lib/api";
import { formatAge, formatDuration } from "@/lib/format";
import { useKeys } from "@/lib/keys";
import { useServerNow } from "@/lib/live";
import { useMay } from "@/lib/roles";
import { useUrlState } from "@/lib/session";
import { AcknowledgeDialog, type Wanted } from "./acknowledge-dialog";
import { nameOfAlarm } from "./alarm-columns";
import { AlarmJournal } from "./alarm-journal";
import { AlarmTrend } from "./alarm-trend";
import { useAlarm, useNote, useReset, useSensorsOf } from "./alarms-api";

function Facts({ alarm, timeZone }: { alarm: Alarm; timeZone: string }) {
  const now = useServerNow();
  const { value, limit } = valueAgainstLimit(alarm);
  const end = alarm.cleared_at ? Date.parse(alarm.cleared_at) : undefined;
  const raised = Date.parse(alarm.raised_at);
  return (
    <div className="grid gap-3 rounded-md bg-raised p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <SeverityBadge severity={alarm.severity} over={alarm.state === "resolved"} />
        <AlarmStateBadge alarm={alarm} />
      </div>
      <p className="tabular-nums">
        <span className="font-semibold text-lg">{value}</span> <span className="text-muted">{limit}</span>
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-xs">
        <dt className="text-muted">Raised</dt>
        <dd>
          <Moment iso={alarm.raised_at} timeZone={timeZone} />, {formatAge(now - raised)} ago
          {alarm.occurrences > 1 && `, ${alarm.occurrences} times`}
        </dd>
        {alarm.cleared_at && end !== undefined && (
          <>
            <dt className="text-muted">Condition over</dt>
            <dd>
              <Moment iso={alarm.cleared_at} timeZone={timeZone} />, after {formatDuration((end - raised) / 1000)}
            </dd>
          </>
        )}
        {alarm.acknowledged_at && (
          <>
            <dt className="text-muted">Acknowledged</dt>
            <dd>
              <Moment iso={alarm.acknowledged_at} timeZone={timeZone} /> by {alarm.acknowledged_by}
            </dd>
          </>
        )}
        {alarm.resolved_at && (
          <>
            <dt className="text-muted">Resolved</dt>
            <dd>
              <Moment iso={alarm.resolved_at} timeZone={timeZone} />
            </dd>
          </>
        )}
      </dl>
      {!alarm.announced && (
        <p className="text-muted text-xs">Found in late readings, long after the fact: nobody was notified.</p>
      )}
    </div>
  );
}

function NoteForm({ site, id }: { site: string | undefined; id: number }) {
  const [text, setText] = useState("");
  const note = useNote(site, id);
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        note.mutate({ note: text.trim() }, { onSuccess: () => setText("") });
      }}
    >
      <Field label="Add a note" error={note.error?.message}>
        {(control) => (
          <Textarea {...control} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      <Button type="submit" className="justify-self-end" disabled={!text.trim() || note.isPending}>
        Add note
      </Button>
    </form>
  );
}

function Content({ detail, site, timeZone }: { detail: AlarmDetail; site: string | undefined; timeZone: string }) {
  const { alarm, journal } = detail;
  const may = useMay();
  const reset = useReset(site, alarm.id);
  const sensors = useSensorsOf(site, alarm);
  const [wanted, setWanted] = useState<Wanted>();
  const [told, setTold] = useState("");
  const ask = () => setWanted({ ids: [alarm.id], what: nameOfAlarm(alarm) });
  const mayAcknowledge = may.acknowledge && !alarm.acknowledged_at && alarm.state !== "resolved";
  useKeys({ a: () => mayAcknowledge && ask() }, 1);
  const mayReset = alarm.latched && alarm.state === "cleared";
  return (
    <div className="grid gap-5">
      <Facts alarm={alarm} timeZone={timeZone} />
      {may.acknowledge && (mayAcknowledge || mayReset) && (
        <div className="flex flex-wrap items-center gap-2">
          {mayAcknowledge && (
            <Button variant="primary" onClick={ask}>
              Acknowledge
            </Button>
          )}
          {mayReset && (
            <Button disabled={reset.isPending} onClick={() => reset.mutate(undefined)}>
              Reset
            </Button>
          )}
          {reset.error && (
            <p role="alert" className="text-critical">
              {reset.error.message}
            </p>
          )}
        </div>
      )}
      <p role="status" className="text-muted empty:hidden">
        {told}
      </p>
      {alarm.instruction && (
        <section aria-label="What to do" className="rounded-md border border-primary/50 p-3">
          <h3 className="font-medium">What to do</h3>
          <p className="whitespace-pre-wrap">{alarm.instruction}</p>
        </section>
      )}
      {sensors?.map((sensor) => (
        <AlarmTrend key={sensor.id} alarm={alarm} journal={journal} sensor={sensor} timeZone={timeZone} />
      ))}
      <AlarmJournal alarm={alarm} journal={journal} timeZone={timeZone} />
      {may.acknowledge && <NoteForm site={site} id={alarm.id} />}
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        {alarm.source.rack && (
          <Link
            className="text-primary hover:underline"
            href={{ pathname: "/", query: { site, rack: alarm.source.rack } }}
          >
            Rack {alarm.source.rack}
          </Link>
        )}
        {alarm.rule_id && (
          <Link
            className="text-primary hover:underline"
            href={{ pathname: "/alarms/rules/", query: { site, rule: alarm.rule_id } }}
          >
            Rule “{alarm.rule}”
          </Link>
        )}
      </p>
      <AcknowledgeDialog
        site={site}
        wanted={wanted}
        onClose={(outcome) => {
          setWanted(undefined);
          if (outcome) setTold(outcome);
        }}
      />
    </div>
  );
}

export function AlarmDrawer({ site, timeZone }: { site: string | undefined; timeZone: string }) {
  const url = useUrlState();
  const id = Number(url.search.get("alarm") ?? 0);
  const { data, error, refetch } = useAlarm(site, id);
  return (
    <Drawer
      open={id > 0}
      onClose={() => url.set({ alarm: null })}
      title={data?.alarm.rule ?? "Alarm"}
      description={data ? breadcrumbOf(data.alarm.source).join(" › ") : `No. ${id}`}
    >
      {error ? (
        <ErrorView title="This alarm could not be loaded" detail={error.message} onRetry={() => refetch()} />
      ) : data ? (
        <Content key={id} detail={data} site={site} timeZone={timeZone} />
      ) : (
        <div className="grid gap-4" aria-busy>
          <Skeleton className="h-32" />
          <Skeleton className="h-[200px]" />
          <Skeleton className="h-24" />
        </div>
      )}
    </Drawer>
  );
}
