"use client";
// What stands above the plan when it is not simply live: the past, a moment that could not be had; and the choice when two have edited.
import { History, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatAge, formatMoment } from "@/lib/format";
import type { Editor } from "./use-editor";

export function PastBanner({
  at,
  now,
  loading,
  timeZone,
  onNow,
}: {
  at: number;
  now: () => number;
  loading: boolean;
  timeZone: string;
  onNow: () => void;
}) {
  const { local, utc } = formatMoment(new Date(at).toISOString(), timeZone);
  return (
    <div
      role="status"
      data-testid="past-banner"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-past bg-past/15 px-3 py-2"
    >
      <History aria-hidden className="size-4 shrink-0 text-past" />
      <span>
        <strong className="font-semibold text-past">The past, not live:</strong>{" "}
        <time dateTime={utc} title={utc} className="tabular-nums">
          {local}
        </time>
        , {formatAge(now() - at)} ago
      </span>
      {loading && <span className="text-muted">loading …</span>}
      <Button size="small" className="ml-auto" onClick={onNow}>
        Back to now
      </Button>
    </div>
  );
}

export function Conflict({ editor }: { editor: Editor }) {
  const { theirs, draft } = editor;
  return (
    <Dialog
      open={theirs !== null}
      onClose={editor.keepMine}
      title="Somebody else has saved this plan"
      description={`It is now in version ${theirs?.version}; you edited version ${draft?.base.version}.`}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => theirs && editor.takeTheirs(theirs)}>Take theirs, discard mine</Button>
        <Button variant="primary" onClick={() => theirs && editor.save(theirs)}>
          Save mine over theirs
        </Button>
      </div>
    </Dialog>
  );
}

export function PastFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div role="alert" className="flex items-center gap-3 rounded-md border border-critical bg-raised px-3 py-2">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-critical" />
      That moment could not be loaded: {error.message}
      <Button size="small" className="ml-auto" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
