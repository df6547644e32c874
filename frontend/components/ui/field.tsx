// What a form is made of: a label, the control, a hint, and what is wrong with it.
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/utils";

type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string;
  className?: string;
  /** Gets what ties the control to its label and error. */
  children: (control: { id: string; "aria-invalid"?: true; "aria-describedby"?: string }) => ReactNode;
};

export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const described = error || hint ? `${id}-note` : undefined;
  return (
    <div className={cn("grid content-start gap-1", className)}>
      <label htmlFor={id} className="font-medium text-xs">
        {label}
      </label>
      {children({ id, "aria-describedby": described, ...(error && { "aria-invalid": true }) })}
      {described && (
        <p id={described} className={cn("text-xs", error ? "text-critical" : "text-muted")}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

const control =
  "w-full rounded-md border bg-surface px-3 placeholder:text-muted aria-invalid:border-critical disabled:opacity-60";

export function Select({ className, ...props }: ComponentProps<"select">) {
  return <select className={cn(control, "h-9 cursor-pointer", className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return <textarea rows={3} className={cn(control, "py-2", className)} {...props} />;
}

export function Checkbox({ label, hint, ...props }: { label: string; hint?: string } & ComponentProps<"input">) {
  return (
    <label className="flex cursor-pointer items-start gap-2">
      <input type="checkbox" className="mt-0.5 size-4 shrink-0 cursor-pointer accent-primary" {...props} />
      <span>
        {label}
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </span>
    </label>
  );
}
