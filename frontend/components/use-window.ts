// Which rows of a long list are in view, of a container that scrolls: only those are drawn.
import { useLayoutEffect, useRef, useState } from "react";

/** Drawn beyond the edges, so that scrolling shows no gap. */
export const overscan = 8;

export function useWindow<E extends HTMLElement = HTMLDivElement>(count: number, height: number) {
  const host = useRef<E>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight || 800 });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  const first = Math.max(0, Math.min(Math.floor(view.top / height) - overscan, count - 1));
  const last = Math.min(count, Math.ceil((view.top + view.height) / height) + overscan);
  return { host, first: Math.max(0, first), last };
}
