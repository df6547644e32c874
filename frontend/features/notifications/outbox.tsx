"use client";
// What was sent, what waits, and what could not be delivered.
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { Moment } from "@/components/moment";
import { ReportTable } from "@/components/report-table";
import { Button } from "@/components/ui/button";
import { WordBadge } from "@/components/word-badge";
import type { Notification } from "@/lib/api";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { useOutbox, useRetry } from "./notifications-api";

const looks = {
  dead: { word: "Not delivered", glyph: CircleX, text: "text-critical" },
  pending: { word: "Waiting", glyph: Clock, text: "text-warning" },
  sent: { word: "Sent", glyph: CircleCheck, text: "text-good" },
} as const satisfies Record<Notification["state"], object>;

function State({ state }: { state: Notification["state"] }) {
  const { word, glyph: Glyph, text } = looks[state];
  return <WordBadge word={word} glyph={<Glyph aria-hidden className="size-4" />} text={text} />;
}

export function Outbox({ site, timeZone }: { site: string; timeZone: string }) {
  const url = useUrlState();
  const state = url.search.get("state") ?? "";
  const outbox = useOutbox(site, state);
  const retry = useRetry(site);
  const filter = (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">Which notifications</legend>
      {["", ...Object.keys(looks)].map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={state === each}
          className={cn(
            "cursor-pointer rounded-md px-2.5 py-1 hover:bg-raised",
            state === each ? "bg-raised font-medium" : "text-muted",
          )}
          onClick={() => url.set({ state: each })}
        >
          {each ? looks[each as Notification["state"]].word : "All"}
        </button>
      ))}
    </fieldset>
  );
  return (
    <ReportTable
      title="Outbox"
      description="The newest 500. What cannot be delivered is tried again with growing pauses, then set aside here."
      actions={filter}
      query={outbox}
      empty={{
        title: state === "dead" ? "Everything could be delivered" : "Nothing here",
        detail: "Notifications appear when an alarm is raised that a route is for.",
      }}
      keyOf={({ id }) => String(id)}
      columns={[
        { label: "When", cell: ({ created_at }) => <Moment iso={created_at} timeZone={timeZone} /> },
        { label: "State", cell: ({ state: of }) => <State state={of} /> },
        {
          label: "Subject",
          cell: ({ subject, alarms }) => (
            <>
              {subject} {alarms > 1 && <span className="text-muted">({alarms} alarms)</span>}
            </>
          ),
        },
        { label: "Channel", cell: ({ channel }) => channel },
        { label: "Attempts", numeric: true, cell: ({ attempts }) => attempts },
        {
          label: "What the receiver said",
          cell: ({ last_error, state: of, due_at }) => (
            <>
              {last_error && <span className="break-words">{last_error}</span>}
              {of === "pending" && (
                <span className="text-muted">
                  {last_error && ", "}next at <Moment iso={due_at} timeZone={timeZone} />
                </span>
              )}
            </>
          ),
        },
        {
          label: "Action",
          cell: ({ id, state: of }) =>
            of === "dead" && (
              <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate(id)}>
                Try again
              </Button>
            ),
        },
      ]}
    />
  );
}
