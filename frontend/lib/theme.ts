// The theme that the document has. What is chosen (useTheme) is known before the document has its class: whoever reads colours waits for the class.
import { useSyncExternalStore } from "react";

function subscribe(listener: () => void) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}

export const useDocumentTheme = () =>
  useSyncExternalStore(
    subscribe,
    () => document.documentElement.className,
    () => "",
  );
