"use client";
// What forms in a drawer have in common: what is unsaved is not lost without being asked, what somebody else has saved meanwhile is a
// choice, and what is removed is asked for.
import { type ReactNode, useState } from "react";
import type { Versioned } from "@/lib/api";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";
import { Drawer } from "./ui/drawer";
import { UnsavedGuard } from "./unsaved-guard";

type DrawerProps = {
  open: boolean;
  dirty: boolean;
  onClose: () => void;
  title: string;
  description: string;
  wide?: boolean;
  /** `close` asks first when something is unsaved. */
  children: (close: () => void) => ReactNode;
};

export function EditDrawer({ dirty, onClose, children, ...drawer }: DrawerProps) {
  const [asked, setAsked] = useState(false);
  const close = () => (dirty ? setAsked(true) : onClose());
  return (
    <Drawer {...drawer} onClose={close}>
      {children(close)}
      <UnsavedGuard
        dirty={dirty}
        asked={asked}
        onStay={() => setAsked(false)}
        onDiscard={() => {
          setAsked(false);
          onClose();
        }}
      />
    </Drawer>
  );
}

type ConflictProps<T extends Versioned> = {
  /** "rule", "channel": what it is. */
  what: string;
  /** As somebody else has saved it; undefined: nobody has. */
  theirs: T | undefined;
  mine: T | undefined;
  onTakeTheirs: (theirs: T) => void;
  onSaveMine: (theirs: T) => void;
  onClose: () => void;
};

export function ConflictDialog<T extends Versioned>(props: ConflictProps<T>) {
  const { what, theirs, mine, onTakeTheirs, onSaveMine, onClose } = props;
  return (
    <Dialog
      open={theirs !== undefined}
      onClose={onClose}
      title={`Somebody else has saved this ${what}`}
      description={`It is now in version ${theirs?.version}; you edited version ${mine?.version}.`}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => theirs && onTakeTheirs(theirs)}>Take theirs, discard mine</Button>
        <Button variant="primary" onClick={() => theirs && onSaveMine(theirs)}>
          Save mine over theirs
        </Button>
      </div>
    </Dialog>
  );
}

type AskProps = {
  open: boolean;
  title: string;
  /** What becomes of it, and of what depends on it. */
  consequence: string;
  /** What the button says that does it. */
  act: string;
  busy: boolean;
  onAct: () => void;
  onClose: () => void;
};

/** Before something that cannot be taken back, or that others feel. */
export function AskDialog({ open, title, consequence, act, busy, onAct, onClose }: AskProps) {
  return (
    <Dialog open={open} onClose={onClose} title={title} description={consequence}>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="primary" disabled={busy} onClick={onAct}>
          {act}
        </Button>
      </div>
    </Dialog>
  );
}

type RemoveProps = Omit<AskProps, "title" | "act" | "onAct"> & { name: string | undefined; onRemove: () => void };

export function RemoveDialog({ name, onRemove, ...ask }: RemoveProps) {
  return <AskDialog title={`Remove “${name}”?`} act="Remove" onAct={onRemove} {...ask} />;
}
