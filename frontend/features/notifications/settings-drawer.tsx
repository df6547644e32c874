"use client";
// What the forms of channels and routes have in common: errors beside their fields, saving over a version, removing.
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { ApiError } from "@/lib/api";
import type { Versioned } from "./notifications-api";

export type Problems = Record<string, string>;

type Props = {
  title: string;
  description: string;
  /** What is edited; undefined: a new one. */
  over: Versioned | undefined;
  busy: boolean;
  /** Says what is missing, or saves. */
  onSave: () => Promise<unknown>;
  onRemove: () => Promise<unknown>;
  onClose: () => void;
  /** The fields of this form, by JSON Pointer; what the server says of another one is told above the buttons. */
  fields: string[];
  problems: Problems;
  onProblems: (problems: Problems) => void;
  children: ReactNode;
};

export function SettingsDrawer(props: Props) {
  const { title, description, over, busy, onSave, onRemove, onClose, fields, onProblems, children } = props;
  const [failed, setFailed] = useState("");
  async function attempt(work: () => Promise<unknown>) {
    setFailed("");
    onProblems({});
    try {
      await work();
      onClose();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const field = error instanceof ApiError ? error.field : undefined;
      const known = field && fields.find((each) => field === each || field.startsWith(`${each}/`));
      if (known) onProblems({ [known]: error.message });
      else if (error instanceof ApiError && error.status === 409 && over) {
        setFailed(`${error.message} Close this, look at what is there now, and edit again.`);
      } else setFailed(error.message);
    }
  }
  return (
    <Drawer open onClose={onClose} title={title} description={description}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(onSave);
        }}
      >
        {children}
        {failed && (
          <p role="alert" className="text-critical">
            {failed}
          </p>
        )}
        <div className="flex justify-end gap-2 border-t pt-4">
          {over && (
            <Button
              variant="ghost"
              className="mr-auto text-critical"
              disabled={busy}
              onClick={() => void attempt(onRemove)}
            >
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={busy}>
            {busy ? "Saving …" : "Save"}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
