import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";
import { Button } from "./button";

type Props = {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  side?: "left" | "right";
  /** For forms and what stands beside them. */
  wide?: boolean;
  /** False: the page beside it stays in use, and it stays open. */
  modal?: boolean;
  children: ReactNode;
};

/** A panel from the side; on a phone it takes the whole width. */
export function Drawer(props: Props) {
  const { open, onClose, title, description, side = "right", wide = false, modal = true, children } = props;
  return (
    <Dialog.Root modal={modal} open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        {modal && <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />}
        <Dialog.Content
          onInteractOutside={(event) => !modal && event.preventDefault()}
          className={cn(
            "fixed inset-y-0 z-50 flex w-full flex-col bg-surface shadow-xl",
            side === "left" ? "left-0 w-72 border-r" : "right-0 border-l",
            side === "right" && (wide ? "sm:w-[min(44rem,100%)]" : "sm:w-[28rem]"),
          )}
        >
          {/* No <header>: beside a page that stays in use it would be a second banner. */}
          <div className="flex items-start justify-between gap-2 border-b p-4">
            <div>
              <Dialog.Title className="font-semibold text-base">{title}</Dialog.Title>
              <Dialog.Description className="text-muted">{description}</Dialog.Description>
            </div>
            <Dialog.Close asChild>
              <Button variant="ghost" size="icon" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Dialog.Close>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section aria-label={`${title}, content`} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto p-4">
            {children}
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
