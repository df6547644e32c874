// What jsdom lacks, and the browser's address in place of Next's router.
import { cleanup, configure } from "@testing-library/react";
import { useSyncExternalStore } from "react";
import { afterEach, beforeEach, vi } from "vitest";

const listeners = new Set<() => void>();
for (const method of ["pushState", "replaceState"] as const) {
  const original = history[method].bind(history);
  history[method] = (...args) => {
    original(...args);
    for (const listener of listeners) listener();
  };
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

vi.mock("next/navigation", () => ({
  usePathname: () => location.pathname,
  useRouter: () => ({ replace: (url: string) => history.replaceState(null, "", url) }),
  useSearchParams: () => new URLSearchParams(useSyncExternalStore(subscribe, () => location.search)),
}));

class NoResizes {
  observe() {}
  disconnect() {}
}
Object.assign(window, {
  ResizeObserver: NoResizes,
  matchMedia: () => ({ matches: false, addEventListener() {}, removeEventListener() {} }),
});
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollIntoView ??= () => {};
HTMLCanvasElement.prototype.getContext = () => null;

// A slow machine is no fault; a missing element is, a little later.
configure({ asyncUtilTimeout: 4_000 });

beforeEach(() => history.replaceState(null, "", "/"));
afterEach(cleanup);
