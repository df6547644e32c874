"use client";
// The pages that there are, for the role that looks. On a wide screen it folds to its icons, and stays as it was left.
import {
  BellRing,
  Boxes,
  FileClock,
  Gauge,
  LayoutDashboard,
  PanelLeftClose,
  PanelLeftOpen,
  Map as Plan,
  SearchCheck,
  Server,
  Siren,
  Thermometer,
  Zap,
} from "lucide-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import type { Session } from "@/lib/api";
import { cn } from "@/lib/utils";
import { Button } from "./ui/button";

const pages = [
  { href: "/", label: "Overview", icon: LayoutDashboard, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/floor-plan/", label: "Floor plan", icon: Plan, roles: ["admin", "site-manager", "operator", "viewer"] },
  {
    href: "/environment/",
    label: "Environment",
    icon: Thermometer,
    roles: ["admin", "site-manager", "operator", "viewer"],
  },
  { href: "/power/", label: "Power", icon: Zap, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/racks/", label: "Racks", icon: Server, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/inventory/", label: "Inventory", icon: Boxes, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/capacity/", label: "Capacity", icon: Gauge, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/alarms/", label: "Alarms", icon: Siren, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/notifications/", label: "Notifications", icon: BellRing, roles: ["admin", "site-manager"] },
  { href: "/data-quality/", label: "Data quality", icon: SearchCheck, roles: ["admin", "site-manager", "operator"] },
  { href: "/audit/", label: "Audit log", icon: FileClock, roles: ["admin"] },
] as const;

type NavigationProps = { role: string; folded?: boolean; onChoose?: () => void };

export function Navigation({ role, folded = false, onChoose }: NavigationProps) {
  const pathname = usePathname();
  const site = useSearchParams().get("site");
  return (
    <nav aria-label="Pages" className="grid gap-1">
      {pages
        .filter((page) => (page.roles as readonly string[]).includes(role))
        .map(({ href, label, icon: Icon }) => {
          const here = href === "/" ? pathname === "/" : `${pathname}/`.startsWith(href);
          return (
            <Link
              key={href}
              href={{ pathname: href, query: site ? { site } : {} }}
              aria-current={here ? "page" : undefined}
              title={folded ? label : undefined}
              onClick={onChoose}
              className={cn(
                "flex items-center gap-2.5 rounded-md px-2.5 py-2 text-muted hover:bg-raised hover:text-foreground",
                here && "bg-raised font-medium text-foreground",
              )}
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className={cn(folded && "sr-only")}>{label}</span>
            </Link>
          );
        })}
    </nav>
  );
}

export function Brand({ folded = false }: { folded?: boolean }) {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span
        aria-hidden
        className="grid size-6 shrink-0 place-items-center rounded bg-primary font-bold text-on-primary text-xs"
      >
        D
      </span>
      <span className={cn(folded && "sr-only")}>DCIM</span>
    </span>
  );
}

export function DemoHint() {
  return (
    <p className="rounded-md border border-warning/50 px-2.5 py-2 text-muted text-xs">
      <strong className="block font-medium text-warning">Demonstration</strong>
      Simulated sensors, and accounts whose password everyone knows.
    </p>
  );
}

const storageKey = "sidebar";

export function Sidebar({ session }: { session: Session }) {
  const [folded, setFolded] = useState(
    () => typeof window !== "undefined" && localStorage.getItem(storageKey) === "folded",
  );
  const toggle = () => {
    localStorage.setItem(storageKey, folded ? "open" : "folded");
    setFolded(!folded);
  };
  const Icon = folded ? PanelLeftOpen : PanelLeftClose;
  return (
    <aside
      className={cn(
        "sticky top-0 hidden h-dvh shrink-0 flex-col gap-4 border-r bg-surface p-3 lg:flex print:hidden",
        folded ? "w-[3.75rem]" : "w-52",
      )}
    >
      <div className="px-1.5 pt-1">
        <Brand folded={folded} />
      </div>
      <Navigation role={session.user.role} folded={folded} />
      <div className="mt-auto grid gap-2">
        {session.demo && !folded && <DemoHint />}
        <Button
          variant="ghost"
          size="icon"
          className="text-muted"
          aria-label={folded ? "Unfold the sidebar" : "Fold the sidebar"}
          aria-expanded={!folded}
          onClick={toggle}
        >
          <Icon aria-hidden />
        </Button>
      </div>
    </aside>
  );
}
