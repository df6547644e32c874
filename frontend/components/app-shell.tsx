"use client";
import { FileClock, LayoutDashboard, Menu as MenuIcon, SearchCheck } from "lucide-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import { LiveProvider } from "@/lib/live";
import { useLoginWhenSignedOut, useSession, useSite, useSites } from "@/lib/session";
import { cn } from "@/lib/utils";
import { LostBanner } from "./live-indicator";
import { EmptyView, ErrorView } from "./state-views";
import { TopBar } from "./top-bar";
import { Button } from "./ui/button";
import { Drawer } from "./ui/drawer";

const pages = [
  { href: "/", label: "Overview", icon: LayoutDashboard, roles: ["admin", "site-manager", "operator", "viewer"] },
  { href: "/data-quality/", label: "Data quality", icon: SearchCheck, roles: ["admin", "site-manager", "operator"] },
  { href: "/audit/", label: "Audit log", icon: FileClock, roles: ["admin"] },
] as const;

function Navigation({ role, onChoose }: { role: string; onChoose?: () => void }) {
  const pathname = usePathname();
  const site = useSearchParams().get("site");
  return (
    <nav aria-label="Pages" className="grid gap-1">
      {pages
        .filter((page) => (page.roles as readonly string[]).includes(role))
        .map(({ href, label, icon: Icon }) => {
          const here = pathname === href || `${pathname}/` === href;
          return (
            <Link
              key={href}
              href={{ pathname: href, query: site ? { site } : {} }}
              aria-current={here ? "page" : undefined}
              onClick={onChoose}
              className={cn(
                "flex items-center gap-2.5 rounded-md px-2.5 py-2 text-muted hover:bg-raised hover:text-foreground",
                here && "bg-raised font-medium text-foreground",
              )}
            >
              <Icon aria-hidden className="size-4" />
              {label}
            </Link>
          );
        })}
    </nav>
  );
}

function Brand() {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span aria-hidden className="grid size-6 place-items-center rounded bg-primary font-bold text-on-primary text-xs">
        D
      </span>
      DCIM
    </span>
  );
}

export function AppShell({ children }: { children: ReactNode }) {
  const session = useSession();
  const sites = useSites();
  const site = useSite();
  const [menuOpen, setMenuOpen] = useState(false);
  const signedOut = useLoginWhenSignedOut(session.error);

  if (session.error && !signedOut) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <ErrorView
          title="The server does not answer"
          detail={session.error.message}
          onRetry={() => session.refetch()}
        />
      </main>
    );
  }
  if (!session.data) return <main aria-busy className="min-h-dvh" />;
  const { role } = session.data.user;
  return (
    <LiveProvider site={site?.code}>
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        Skip to the page
      </a>
      <div className="flex min-h-dvh">
        <aside className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col gap-4 border-r bg-surface p-3 lg:flex">
          <div className="px-2.5 pt-1">
            <Brand />
          </div>
          <Navigation role={role} />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar
            session={session.data}
            site={site}
            menuButton={
              <Button
                variant="ghost"
                size="icon"
                className="lg:hidden"
                aria-label="Pages"
                onClick={() => setMenuOpen(true)}
              >
                <MenuIcon aria-hidden />
              </Button>
            }
          />
          <LostBanner />
          <main id="main" className="min-w-0 flex-1 p-4 lg:p-6">
            {sites.data && !site ? (
              <EmptyView title="No site to show">
                {role === "admin" ? (
                  <>
                    Bring in the first one with <code>dcim site import FILE</code>, or POST /api/sites/import.
                  </>
                ) : (
                  "You are not granted any site yet. Ask an administrator."
                )}
              </EmptyView>
            ) : (
              children
            )}
          </main>
        </div>
      </div>
      <Drawer open={menuOpen} onClose={() => setMenuOpen(false)} side="left" title="DCIM" description="Pages">
        <Navigation role={role} onChoose={() => setMenuOpen(false)} />
      </Drawer>
    </LiveProvider>
  );
}
