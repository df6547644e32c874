"use client";
// What is unsaved is not lost without being asked: neither by a link within the pages or the browser's Back, nor by leaving them.
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

type Props = {
  dirty: boolean;
  /** What was asked for by other means than a link: it waits for the answer, too. */
  asked?: boolean;
  onStay: () => void;
  onDiscard: () => void;
};

export function UnsavedGuard({ dirty, asked = false, onStay, onDiscard }: Props) {
  const router = useRouter();
  const [href, setHref] = useState<string | null>(null);
  const [back, setBack] = useState(false);
  useEffect(() => {
    if (!dirty) return;
    const leave = (event: BeforeUnloadEvent) => event.preventDefault();
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
      if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
      if (link.target === "_blank" || link.origin !== location.origin || link.getAttribute("href")?.startsWith("#"))
        return;
      event.preventDefault();
      event.stopPropagation();
      setHref(link.pathname + link.search);
    };
    // The browser has gone back already: it is brought forth again, and neither step reaches the router.
    let returning = false;
    const goneBack = (event: PopStateEvent) => {
      event.stopImmediatePropagation();
      if (returning) {
        returning = false;
        return;
      }
      returning = true;
      history.go(1);
      setBack(true);
    };
    window.addEventListener("popstate", goneBack, { capture: true });
    window.addEventListener("beforeunload", leave);
    // Before the router's own listeners.
    document.addEventListener("click", follow, { capture: true });
    return () => {
      window.removeEventListener("popstate", goneBack, { capture: true });
      window.removeEventListener("beforeunload", leave);
      document.removeEventListener("click", follow, { capture: true });
    };
  }, [dirty]);
  const stay = () => {
    setHref(null);
    setBack(false);
    onStay();
  };
  return (
    <Dialog
      open={asked || back || href !== null}
      onClose={stay}
      title="Discard what you changed?"
      description="It has not been saved."
    >
      <div className="flex justify-end gap-2">
        <Button onClick={stay}>Go on editing</Button>
        <Button
          variant="primary"
          onClick={() => {
            setHref(null);
            setBack(false);
            onDiscard();
            if (href !== null) router.push(href as never);
            // Once nothing listens any more.
            else if (back) setTimeout(() => history.back());
          }}
        >
          Discard
        </Button>
      </div>
    </Dialog>
  );
}
