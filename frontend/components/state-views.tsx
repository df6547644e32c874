// What a view shows when it has nothing to show: still loading is a skeleton of its own; these are empty and failed.
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./ui/button";

export function EmptyView({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="grid place-items-center gap-1 px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-muted">{children}</div>}
    </div>
  );
}

export function ErrorView({ title, detail, onRetry }: { title: string; detail: string; onRetry?: () => void }) {
  return (
    <div role="alert" className="grid place-items-center gap-2 px-6 py-10 text-center">
      <CircleAlert aria-hidden className="size-6 text-critical" />
      <p className="font-medium">{title}</p>
      <p className="max-w-prose text-muted">{detail}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
