"use client";
// Acknowledges one alarm or many, with a note if there is one to make. Enter does it.
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Textarea } from "@/components/ui/field";
import type { Alarm } from "@/lib/api";
import { useAcknowledge } from "./alarms-api";

export type Wanted = { ids: number[]; what: string };

/** What came of it, as one sentence. */
function outcome({ acknowledged, already }: { acknowledged: Alarm[]; already: Alarm[] }) {
  const done = acknowledged.length === 1 ? "1 alarm acknowledged." : `${acknowledged.length} alarms acknowledged.`;
  const [first] = already;
  if (!first) return done;
  const whose = [...new Set(already.map(({ acknowledged_by }) => acknowledged_by ?? "somebody"))].join(", ");
  const before =
    already.length === 1
      ? `One had already been acknowledged by ${whose}.`
      : `${already.length} had already been acknowledged by ${whose}.`;
  return acknowledged.length > 0 ? `${done} ${before}` : before;
}

type Props = { site: string | undefined; wanted: Wanted | undefined; onClose: (told?: string) => void };

export function AcknowledgeDialog({ site, wanted, onClose }: Props) {
  const [note, setNote] = useState("");
  const acknowledge = useAcknowledge(site);
  function close(told?: string) {
    setNote("");
    acknowledge.reset();
    onClose(told);
  }
  function submit() {
    if (!wanted || acknowledge.isPending) return;
    acknowledge.mutate({ ids: wanted.ids, note: note.trim() }, { onSuccess: (answer) => close(outcome(answer)) });
  }
  return (
    <Dialog open={wanted !== undefined} onClose={() => close()} title="Acknowledge" description={wanted?.what ?? ""}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Note (optional)" hint="Enter acknowledges, Shift+Enter starts a new line">
          {(control) => (
            <Textarea
              {...control}
              maxLength={2000}
              value={note}
              placeholder="What you know, what you do"
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
                event.preventDefault();
                submit();
              }}
            />
          )}
        </Field>
        {acknowledge.error && (
          <p role="alert" className="text-critical">
            Nothing was acknowledged: {acknowledge.error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => close()}>Cancel</Button>
          <Button variant="primary" type="submit" disabled={acknowledge.isPending}>
            {acknowledge.isPending ? "Acknowledging …" : "Acknowledge"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
