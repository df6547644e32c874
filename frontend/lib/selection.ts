// Which rows are chosen: one by one, or with Shift a range from the last one touched.
import { useCallback, useState } from "react";

export type Key = number | string;
export type Chosen = { keys: ReadonlySet<Key>; anchor: Key | null };
export const nothingChosen: Chosen = { keys: new Set(), anchor: null };

/** `order`: the rows as they stand. A range takes on what its far end becomes. */
export function toggleRow({ keys, anchor }: Chosen, order: Key[], key: Key, range: boolean): Chosen {
  const next = new Set(keys);
  const choose = !keys.has(key);
  const [from, to] = [anchor === null ? -1 : order.indexOf(anchor), order.indexOf(key)].toSorted((a, b) => a - b);
  const touched = range && from !== undefined && from >= 0 ? order.slice(from, (to ?? from) + 1) : [key];
  for (const each of touched) {
    if (choose) next.add(each);
    else next.delete(each);
  }
  return { keys: next, anchor: key };
}

export type Selection = {
  keys: ReadonlySet<Key>;
  toggle: (order: Key[], key: Key, range: boolean) => void;
  choose: (keys: Iterable<Key>) => void;
  clear: () => void;
};

export function useSelection(): Selection {
  const [chosen, setChosen] = useState(nothingChosen);
  const toggle = useCallback(
    (order: Key[], key: Key, range: boolean) => setChosen((before) => toggleRow(before, order, key, range)),
    [],
  );
  const choose = useCallback((keys: Iterable<Key>) => setChosen({ keys: new Set(keys), anchor: null }), []);
  const clear = useCallback(() => setChosen(nothingChosen), []);
  return { keys: chosen.keys, toggle, choose, clear };
}
