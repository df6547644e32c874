"use client";
// Who changed what, from what to what, the newest first; and back again, where nothing later depends on it.
import { Undo2 } from "lucide-react";
import { Moment } from "@/components/moment";
import { EmptyView, ErrorView } from "@/components/state-views";
import { toast } from "@/components/toasts";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useChangeHistory, useUndo } from "./assets-api";
import type { FieldChange } from "./assets-types";

/** What was done, of the actions that come often; the others stand as they are. */
const done: Record<string, string> = {
  "device.create": "Created",
  "device.update": "Edited",
  "device.move": "Moved",
  "device.delete": "Removed",
  "device.import": "CSV import",
  "site.import": "Site document",
  "device.adopt": "Topic adopted",
  "device.credentials": "Account issued",
  "device.revoke": "Account revoked",
  "rack.update": "Limits edited",
  "rack.reserve": "Place reserved",
  "rack.release": "Place released",
  "change.undo": "Undone",
};

function words(value: unknown) {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.join(", ") || "–";
  if (typeof value === "object") {
    const { manufacturer, model } = value as Record<string, unknown>;
    return manufacturer ? `${manufacturer} ${model}` : JSON.stringify(value);
  }
  return String(value);
}

function Change({ field, before, after }: FieldChange) {
  return (
    <li className="grid grid-cols-[8rem_1fr] gap-x-2">
      <span className="text-muted">{field.replaceAll("_", " ")}</span>
      <span className="break-words">
        <del className="text-muted">{words(before)}</del> <span aria-hidden>→</span>{" "}
        <ins className="no-underline">{words(after)}</ins>
      </span>
    </li>
  );
}

type Props = { what: "devices" | "racks"; id: number; site: string; timeZone: string; mayEdit: boolean };

export function ChangeHistory({ what, id, site, timeZone, mayEdit }: Props) {
  const { data, error, refetch } = useChangeHistory(what, id);
  const undo = useUndo(site);
  if (error) return <ErrorView title="The history could not be loaded" detail={error.message} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  if (data.items.length === 0) return <EmptyView title="Nobody has changed it yet" />;
  return (
    <ol className="grid gap-3" data-testid="history">
      {data.items.map((entry) => (
        <li key={entry.change_id} className="rounded-md border px-3 py-2">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <strong className="font-medium">{done[entry.action] ?? entry.action}</strong>
            {what === "racks" && <span>{entry.object}</span>}
            <span className="text-muted">{entry.actor}</span>
            <span className="ml-auto text-muted text-xs">
              <Moment iso={entry.ts} timeZone={timeZone} />
            </span>
          </div>
          <ul className="grid gap-0.5 text-xs">
            {entry.changes.map((change) => (
              <Change key={change.field} {...change} />
            ))}
          </ul>
          {mayEdit && (
            <div className="mt-1 flex flex-wrap items-center gap-2 text-muted text-xs">
              {entry.undoable ? (
                <Button
                  size="small"
                  disabled={undo.isPending}
                  onClick={() =>
                    undo.mutate(
                      { changeId: entry.change_id, batchId: entry.batch_id },
                      {
                        onSuccess: () => toast("It is undone."),
                        onError: ({ message }) => toast(message, { tone: "critical" }),
                      },
                    )
                  }
                >
                  <Undo2 aria-hidden /> {entry.batch_id ? "Undo all of this batch" : "Undo"}
                </Button>
              ) : (
                entry.why_not
              )}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
