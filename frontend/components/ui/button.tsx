import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

const button = cva(
  "inline-flex cursor-pointer items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-primary text-on-primary hover:opacity-90",
        outline: "border bg-surface hover:bg-raised aria-pressed:border-primary aria-pressed:bg-raised",
        ghost: "hover:bg-raised",
      },
      size: { normal: "h-9 px-3", small: "h-8 px-2", icon: "size-9", tiny: "size-7 text-muted" },
    },
    defaultVariants: { variant: "outline", size: "normal" },
  },
);

export function Button({
  className,
  variant,
  size,
  type = "button",
  asChild = false,
  ...props
}: ComponentProps<"button"> & VariantProps<typeof button> & { asChild?: boolean }) {
  const classes = cn(button({ variant, size }), className);
  // A link that looks like a button.
  if (asChild) return <Slot.Root className={classes} {...props} />;
  return <button type={type} className={classes} {...props} />;
}
