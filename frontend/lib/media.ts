import { useCallback, useSyncExternalStore } from "react";

function useMedia(query: string) {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}

/** Too narrow for a table: rows become cards. */
export const useNarrow = () => useMedia("(width < 48rem)");
