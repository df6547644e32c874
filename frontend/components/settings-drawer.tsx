"use client";
// What forms of one thing have in common: errors beside their fields, saving over a version, removing.
import { type ReactNode, useState } from "react";
import { ApiError, type Versioned } from "@/lib/api";
import { cn } from "@/lib/utils";
import { ConflictDialog, EditDrawer, RemoveDialog } from "./editing";
import { Button } from "./ui/button";

export type Problems = Record<string, string>;

type Props<T extends Versioned> = {
  /** "channel", "route". */
  what: string;
  title: string;
  description: string;
  /** What is edited; undefined: a new one. */
  over: T | undefined;
  /** What would be saved. */
  document: object;
  busy: boolean;
  onSave: (over: T | undefined) => Promise<unknown>;
  /** Missing: it cannot be removed. */
  onRemove?: (over: T) => Promise<unknown>;
  /** What becomes of what depends on it when it is removed. */
  consequence?: string;
  /** As it is now, when somebody else has saved it; undefined: it is gone. */
  fetchTheirs: (over: T) => Promise<T | undefined>;
  /** Shows theirs in place of what was typed. */
  onTakeTheirs: (theirs: T) => void;
  onClose: (told?: string) => void;
  /** The fields of this form, by JSON Pointer; what the server says of another one is told above the buttons. */
  fields: string[];
  problems: Problems;
  onProblems: (problems: Problems) => void;
  wide?: boolean;
  /** It is looked at only. */
  readOnly?: boolean;
  /** Beside the buttons. */
  actions?: ReactNode;
  children: ReactNode;
};

export function SettingsDrawer<T extends Versioned & { name: string }>(props: Props<T>) {
  const { what, title, description, over, document, busy, onSave, onRemove, onClose, fields, onProblems } = props;
  const now = JSON.stringify(document);
  const [first] = useState(now);
  const [failed, setFailed] = useState("");
  const [theirs, setTheirs] = useState<T>();
  const [removing, setRemoving] = useState(false);

  function tell(error: unknown) {
    if (!(error instanceof Error)) throw error;
    const field = error instanceof ApiError ? error.field?.replace(/^\/?/, "/") : undefined;
    const known = field && fields.find((each) => field === each || field.startsWith(`${each}/`));
    if (known) onProblems({ [known]: error.message });
    else setFailed(error.message);
  }
  async function attempt(work: () => Promise<unknown>, told: string, mayChoose: boolean) {
    setFailed("");
    onProblems({});
    try {
      await work();
      onClose(told);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409 && over && mayChoose)) return tell(error);
      const newer = await props.fetchTheirs(over).catch(tell);
      if (newer && newer.version !== over.version) setTheirs(newer);
      else tell(error);
    }
  }
  const save = (onto = over) => void attempt(() => onSave(onto), `The ${what} is saved.`, true);
  return (
    <EditDrawer open wide={props.wide} dirty={now !== first} onClose={onClose} title={title} description={description}>
      {(close) => (
        <form
          noValidate
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          {props.children}
          {failed && (
            <p role="alert" className="text-critical">
              {failed}
            </p>
          )}
          <div
            className={cn(
              "sticky -bottom-4 z-10 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t bg-surface p-4",
              props.readOnly && "hidden",
            )}
          >
            {over && onRemove && (
              <Button
                variant="ghost"
                className="mr-auto text-critical"
                disabled={busy}
                onClick={() => setRemoving(true)}
              >
                Remove
              </Button>
            )}
            {props.actions}
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={busy}>
              {busy ? "Saving …" : over ? "Save" : `Create ${what}`}
            </Button>
          </div>
          <ConflictDialog
            what={what}
            theirs={theirs}
            mine={over}
            onClose={() => setTheirs(undefined)}
            onTakeTheirs={props.onTakeTheirs}
            onSaveMine={(newer) => {
              setTheirs(undefined);
              save(newer);
            }}
          />
          <RemoveDialog
            open={removing}
            name={over?.name}
            consequence={props.consequence ?? ""}
            busy={busy}
            onClose={() => setRemoving(false)}
            onRemove={() => {
              setRemoving(false);
              if (over && onRemove) void attempt(() => onRemove(over), `The ${what} “${over.name}” is removed.`, false);
            }}
          />
        </form>
      )}
    </EditDrawer>
  );
}
