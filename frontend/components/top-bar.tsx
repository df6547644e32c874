"use client";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, CircleUser, LogOut } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import { type ReactNode, useState } from "react";
import { isSignedOut, post, type Session, type Site } from "@/lib/api";
import { formatClock } from "@/lib/format";
import { useServerNow } from "@/lib/live";
import { useSites, useUrlState } from "@/lib/session";
import { AlarmBadge } from "./alarm-badge";
import { LiveIndicator } from "./live-indicator";
import { Button } from "./ui/button";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from "./ui/menu";

function SiteSwitcher({ site }: { site: Site | undefined }) {
  const { data } = useSites();
  const url = useUrlState();
  if (!data?.items.length) return null;
  if (site && data.items.length === 1) return <span className="truncate font-medium">{site.name}</span>;
  const name = site?.name ?? "Choose a site";
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="ghost" aria-label={`Site: ${name}`} className="min-w-0 max-sm:gap-1 max-sm:px-1">
          <span className="truncate">{name}</span>
          <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        <MenuRadioGroup
          value={site?.code ?? ""}
          onValueChange={(code) =>
            url.set({
              ...{ site: code, rack: null, room: null, select: null, view: null, at: null, alarm: null, rule: null },
              ...{ ups: null, lost: null, open: null, element: null, explain: null },
            })
          }
        >
          {data.items.map((item) => (
            <MenuRadioItem key={item.code} value={item.code}>
              {item.name}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}

function Clock({ timeZone }: { timeZone: string }) {
  const now = useServerNow();
  return (
    <time
      data-testid="server-time"
      dateTime={new Date(now).toISOString()}
      title={`${new Date(now).toISOString().slice(0, 19)}Z, server time`}
      className="hidden text-muted tabular-nums sm:inline"
    >
      {formatClock(now, timeZone)}
    </time>
  );
}

function AccountMenu({ session }: { session: Session }) {
  const { theme, setTheme } = useTheme();
  const queries = useQueryClient();
  const router = useRouter();
  const [failed, setFailed] = useState("");
  async function logOut() {
    try {
      await post("/api/auth/logout");
    } catch (error) {
      // Whoever walks away now would leave the session open.
      if (!isSignedOut(error)) return setFailed(error instanceof Error ? error.message : String(error));
    }
    queries.clear();
    router.replace("/login/");
  }
  return (
    <Menu onOpenChange={() => setFailed("")}>
      {failed && (
        <p role="alert" className="absolute top-16 right-4 rounded-md border border-critical bg-surface p-3 shadow-lg">
          You are still signed in: {failed}
        </p>
      )}
      <MenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Account">
          <CircleUser aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent>
        <MenuLabel>
          <span className="block text-foreground text-sm">{session.user.name}</span>
          {session.user.email} · {session.user.role}
        </MenuLabel>
        <MenuSeparator />
        <MenuLabel>Theme</MenuLabel>
        <MenuRadioGroup value={theme} onValueChange={setTheme}>
          <MenuRadioItem value="dark">Dark</MenuRadioItem>
          <MenuRadioItem value="light">Light</MenuRadioItem>
          <MenuRadioItem value="system">System</MenuRadioItem>
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem onSelect={logOut}>
          <LogOut aria-hidden className="size-4" /> Log out
        </MenuItem>
        <MenuLabel>Version {session.server_version}</MenuLabel>
      </MenuContent>
    </Menu>
  );
}

type Props = { session: Session; site: Site | undefined; menuButton: ReactNode };

export function TopBar({ session, site, menuButton }: Props) {
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-1.5 border-b bg-surface px-2 sm:gap-2 sm:px-3 lg:px-6 print:hidden">
      {menuButton}
      <SiteSwitcher site={site} />
      {site?.simulated && (
        <span
          title="This site's readings come from simulators, not from hardware"
          className="shrink-0 rounded-full border border-warning px-2 py-0.5 text-warning text-xs"
        >
          simulated
        </span>
      )}
      <div className="ml-auto flex items-center gap-1 sm:gap-3">
        {site && <AlarmBadge />}
        <LiveIndicator />
        {site && <Clock timeZone={site.time_zone} />}
        <AccountMenu session={session} />
      </div>
    </header>
  );
}
