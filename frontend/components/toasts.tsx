"use client";
// What has just happened, and the way back while it is on screen. A toast stays longer while somebody points at it or is inside it.
import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { cn } from "@/lib/utils";
import { Button } from "./ui/button";

type Toast = {
  id: number;
  text: string;
  tone: "good" | "critical";
  action?: { label: string; run: () => void };
};

const stayMs = 12_000;
const most = 3;

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function put(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

export function toast(text: string, more: Partial<Pick<Toast, "tone" | "action">> = {}) {
  put([...toasts, { id: nextId++, text, tone: "good" as const, ...more }].slice(-most));
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
const close = (id: number) => put(toasts.filter((each) => each.id !== id));

function Card({ id, text, tone, action }: Toast) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close(id), stayMs);
    return () => clearTimeout(timer);
  }, [id, held]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it there
    <div
      className={cn(
        "pointer-events-auto flex items-center gap-3 rounded-md border bg-surface py-2 pr-2 pl-4 shadow-xl",
        tone === "critical" && "border-critical",
      )}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={cn("min-w-0 flex-1", tone === "critical" && "text-critical")}>{text}</span>
      {action && (
        <Button
          size="small"
          onClick={() => {
            close(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <Button variant="ghost" size="tiny" aria-label="Close the message" onClick={() => close(id)}>
        <X aria-hidden />
      </Button>
    </div>
  );
}

export function Toasts() {
  const all = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => toasts,
  );
  return (
    // Where no drawer has its buttons, nor a thumb what it holds.
    <div
      role="status"
      className="pointer-events-none fixed z-[60] grid gap-2 max-lg:inset-x-4 max-lg:top-16 max-lg:mx-auto max-lg:max-w-md lg:bottom-4 lg:left-56 lg:w-[28rem] print:hidden"
    >
      {all.map((each) => (
        <Card key={each.id} {...each} />
      ))}
    </div>
  );
}
