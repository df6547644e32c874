"use client";
import { Menu as MenuIcon } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import { LiveProvider } from "@/lib/live";
import { useLoginWhenSignedOut, useSession, useSite, useSites } from "@/lib/session";
import { KeysHelp } from "./keys-help";
import { LostBanner } from "./live-indicator";
import { ReadyBanner } from "./ready-banner";
import { DemoHint, Navigation, Sidebar } from "./sidebar";
import { EmptyView, ErrorView } from "./state-views";
import { Toasts } from "./toasts";
import { TopBar } from "./top-bar";
import { Button } from "./ui/button";
import { Drawer } from "./ui/drawer";
import { Skeleton } from "./ui/skeleton";

/** The frame at its final size, until it is known who looks. */
function ShellSkeleton() {
  return (
    <div className="flex min-h-dvh" aria-busy>
      <div className="hidden w-52 border-r bg-surface lg:block" />
      <main className="min-w-0 flex-1">
        <div className="h-14 border-b bg-surface" />
        <div className="grid grid-cols-2 gap-3 p-4 lg:p-6">
          <Skeleton className="col-span-2 h-32" />
          <Skeleton className="h-40" />
          <Skeleton className="h-40" />
        </div>
      </main>
    </div>
  );
}

function NoSite({ role }: { role: string }) {
  const wanted = useSearchParams().get("site");
  const some = (useSites().data?.items.length ?? 0) > 0;
  if (some) {
    return (
      <EmptyView title={`There is no site “${wanted}”`}>
        Or you are not granted it. Choose another one in the bar above.
      </EmptyView>
    );
  }
  return (
    <EmptyView title="No site to show">
      {role === "admin" ? (
        <>
          Bring in the first one with <code>dcim site import FILE</code>, or POST /api/sites/import.
        </>
      ) : (
        "You are not granted any site yet. Ask an administrator."
      )}
    </EmptyView>
  );
}

export function AppShell({ children }: { children: ReactNode }) {
  const session = useSession();
  const sites = useSites();
  const site = useSite();
  const [menuOpen, setMenuOpen] = useState(false);
  // On the wall there is nobody to click.
  const kiosk = useSearchParams().get("kiosk") === "1";
  const signedOut = useLoginWhenSignedOut(session.error);
  const failed = session.data ? sites.error : session.error;

  if (failed && !signedOut) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <ErrorView
          title="The server does not answer"
          detail={failed.message}
          onRetry={() => Promise.all([session.refetch(), sites.refetch()])}
        />
      </main>
    );
  }
  if (!session.data) return <ShellSkeleton />;
  const { user, demo } = session.data;
  return (
    <LiveProvider site={site?.code}>
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        Skip to the page
      </a>
      <div className="flex min-h-dvh">
        {!kiosk && <Sidebar session={session.data} />}
        <div className="flex min-w-0 flex-1 flex-col">
          {!kiosk && (
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
          )}
          <LostBanner />
          <ReadyBanner />
          <main id="main" className="min-w-0 flex-1 p-4 lg:p-6">
            {sites.data && !site ? <NoSite role={user.role} /> : children}
          </main>
        </div>
      </div>
      <KeysHelp />
      <Toasts />
      <Drawer open={menuOpen} onClose={() => setMenuOpen(false)} side="left" title="DCIM" description="Pages">
        <div className="grid gap-6">
          <Navigation role={user.role} onChoose={() => setMenuOpen(false)} />
          {demo && <DemoHint />}
        </div>
      </Drawer>
    </LiveProvider>
  );
}
