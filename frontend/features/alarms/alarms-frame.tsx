"use client";
// What the alarm pages have in common: their heading, the way from one to the other, and the height of the screen.
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

const pages = [
  { href: "/alarms/", label: "Active" },
  { href: "/alarms/history/", label: "History" },
  { href: "/alarms/rules/", label: "Rules" },
] as const;

type Props = { title: string; aside?: ReactNode; children: ReactNode };

export function AlarmsFrame({ title, aside, children }: Props) {
  const pathname = usePathname();
  const site = useSearchParams().get("site");
  return (
    <div className="mx-auto flex h-[calc(100dvh-5.5rem)] min-h-[28rem] max-w-[100rem] flex-col gap-3 lg:h-[calc(100dvh-6.5rem)]">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <h1 className="font-semibold text-lg">{title}</h1>
        <nav aria-label="Alarms" className="flex gap-1">
          {pages.map(({ href, label }) => {
            const here = pathname === href || `${pathname}/` === href;
            return (
              <Link
                key={href}
                href={{ pathname: href, query: site ? { site } : {} }}
                aria-current={here ? "page" : undefined}
                className={cn(
                  "rounded-md px-2.5 py-1.5 text-muted hover:bg-raised hover:text-foreground",
                  here && "bg-raised font-medium text-foreground",
                )}
              >
                {label}
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
