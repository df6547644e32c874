"use client";
// Which keys there are: `?` shows it.
import { usePathname } from "next/navigation";
import { useState } from "react";
import { useKeys } from "@/lib/keys";
import { Dialog } from "./ui/dialog";

const keys = [
  ["?", "This list"],
  ["/", "Search"],
  ["j  k  ↓  ↑", "Next and previous row"],
  ["Home  End  Page ↓ ↑", "Far in a list"],
  ["Enter  o", "Open the row"],
  ["x", "Choose the row; with Shift all from the last one"],
  ["a", "Acknowledge what is chosen, or the row"],
  ["Esc", "Choose none; close"],
] as const;

const planKeys = [
  ["←  →  ↑  ↓", "Choose a rack; in editing move what is chosen by 0.1 m, with Shift by 1 m"],
  ["Enter", "Open the rack"],
  ["+  -  0", "Zoom in and out; the whole room"],
  ["1 … 6", "Temperature, humidity, dew point, power, alarms, data age"],
  ["t", "The same as a table"],
  ["p", "Play or pause the past"],
  ["[  ]", "Previous and next alarm on the track"],
  ["n", "Back to now"],
  ["e", "Edit the plan"],
  ["j  k", "In editing: next and previous thing"],
  ["r  Delete", "In editing: turn; take from the floor"],
  ["Ctrl Z  Ctrl Shift Z", "In editing: undo, redo"],
] as const;

const rackKeys = [
  ["←  →  ↑  ↓", "From U to U, to the other face, to the next rack"],
  ["Enter", "Open the device; what to do with a free U"],
  ["x  Space", "Choose the device, to move several; so does a click with Ctrl"],
  ["m", "Take what is chosen, or the device, into the hand: arrows carry it, Enter drops it, Esc puts it back"],
] as const;

const chainKeys = [
  ["←  →  ↑  ↓", "From element to element"],
  ["Enter  Space", "What if it is lost; again: bring it back. On rack feeds: open or close them"],
] as const;

function List({ of }: { of: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2">
      {of.map(([key, what]) => (
        <div key={key} className="contents">
          <dt>
            {key.split("  ").map((each) => (
              <kbd key={each} className="mr-1 rounded border bg-raised px-1.5 py-0.5 font-sans text-xs">
                {each}
              </kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}

export function KeysHelp() {
  const [open, setOpen] = useState(false);
  const pathname = usePathname();
  const own = pathname.startsWith("/floor-plan")
    ? { title: "On the floor plan", keys: planKeys }
    : pathname.startsWith("/racks")
      ? { title: "On the racks", keys: rackKeys }
      : pathname.startsWith("/power/chain")
        ? { title: "On the power chain", keys: chainKeys }
        : undefined;
  useKeys({ "?": () => setOpen(true) });
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title="Keys" description="While nobody types in a field">
      {own && (
        <>
          <h3 className="font-medium">{own.title}</h3>
          <List of={own.keys} />
          <h3 className="border-t pt-3 font-medium">Everywhere</h3>
        </>
      )}
      <List of={keys} />
    </Dialog>
  );
}
