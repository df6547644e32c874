"use client";
// Which keys there are: `?` shows it.
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

export function KeysHelp() {
  const [open, setOpen] = useState(false);
  useKeys({ "?": () => setOpen(true) });
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title="Keys" description="While nobody types in a field">
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2">
        {keys.map(([key, what]) => (
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
    </Dialog>
  );
}
