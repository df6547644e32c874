import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      className={cn(
        "h-9 w-full rounded-md border bg-surface px-3 placeholder:text-muted aria-invalid:border-critical disabled:opacity-60",
        className,
      )}
      {...props}
    />
  );
}
