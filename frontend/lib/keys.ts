// The keyboard of a page. Keys do nothing while somebody types, or while a dialog or menu is open over the page.
import { useEffect, useEffectEvent } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const layers = "[role=dialog], [role=alertdialog], [role=menu]";

function busy(event: KeyboardEvent, layer: number) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]")) return true;
  return document.querySelectorAll(layers).length > layer;
}

/** `keys` by KeyboardEvent.key; a letter is given in lower case, with Shift told by the event. `layer` 1: those of a drawer over the page. */
export function useKeys(keys: Keys, layer: 0 | 1 = 0) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (busy(event, layer)) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    // Enter and Space belong to what has the focus, when that is something to press.
    const onControl = event.target instanceof HTMLElement && event.target.closest("a, button, input, summary");
    if (onControl && (event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
    act(event);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
