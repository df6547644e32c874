"use client";
// What pages that belong together have in common: their heading, the way from one to the other, and the height of the screen.
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

type Props = {
  title: string;
  /** What the pages are of, and which there are. */
  label: string;
  pages: readonly { href: string; label: string }[];
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
};

export function PageFrame({ title, label, pages, aside, className, children }: Props) {
  const pathname = usePathname();
  const site = useSearchParams().get("site");
  return (
    <div
      className={cn(
        "mx-auto flex h-[calc(100dvh-5.5rem)] min-h-[28rem] max-w-[100rem] flex-col gap-3 lg:h-[calc(100dvh-6.5rem)]",
        className,
      )}
    >
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <h1 className="font-semibold text-lg">{title}</h1>
        <nav aria-label={label} className="flex gap-1">
          {pages.map((page) => {
            const here = pathname === page.href || `${pathname}/` === page.href;
            return (
              <Link
                key={page.href}
                href={{ pathname: page.href, query: site ? { site } : {} }}
                aria-current={here ? "page" : undefined}
                className={cn(
                  "rounded-md px-2.5 py-1.5 text-muted hover:bg-raised hover:text-foreground",
                  here && "bg-raised font-medium text-foreground",
                )}
              >
                {page.label}
              </Link>
            );
          })}
        </nav>
        <div className="ml-auto flex flex-wrap items-center gap-3">{aside}</div>
      </div>
      {children}
    </div>
  );
}
