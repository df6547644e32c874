"use client";
// Who is told of which alarms, and how that went. What is open is in the address.
import { Plus, Send } from "lucide-react";
import { useState } from "react";
import { ReportTable } from "@/components/report-table";
import { SeverityBadge } from "@/components/severity-badge";
import { Button } from "@/components/ui/button";
import type { NotificationChannel, NotificationRoute } from "@/lib/api";
import { useRooms } from "@/lib/inventory";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { ChannelForm } from "./channel-form";
import { useChannels, useRoutes, useTestChannel } from "./notifications-api";
import { Outbox } from "./outbox";
import { RouteForm } from "./route-form";

function Named({ name, enabled, onOpen }: { name: string; enabled: boolean; onOpen: () => void }) {
  return (
    <button type="button" className="cursor-pointer text-left text-primary hover:underline" onClick={onOpen}>
      {name}
      {!enabled && <span className="ml-2 rounded bg-raised px-1.5 text-muted text-xs">off</span>}
    </button>
  );
}

function TestButton({ site, channel }: { site: string; channel: NotificationChannel }) {
  const test = useTestChannel(site);
  const told = test.error
    ? { delivered: false, detail: test.error.message }
    : test.data && {
        ...test.data,
        detail: `${test.data.delivered ? "Delivered" : "Not delivered"}: ${test.data.detail}`,
      };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button size="small" disabled={test.isPending} onClick={() => test.mutate(channel.id)}>
        <Send aria-hidden />
        {test.isPending ? "Sending …" : "Send a test"}
      </Button>
      <span role="status" className={cn("text-xs", told && (told.delivered ? "text-good" : "text-critical"))}>
        {told?.detail}
      </span>
    </span>
  );
}

function Settings({ site }: { site: string }) {
  const url = useUrlState();
  const channels = useChannels(site);
  const routes = useRoutes(site);
  const rooms = useRooms(site);
  const [wantedChannel, wantedRoute] = [url.search.get("channel"), url.search.get("route")];
  const channel = channels.data?.items.find(({ id }) => String(id) === wantedChannel);
  const route = routes.data?.items.find(({ id }) => String(id) === wantedRoute);
  const [told, setTold] = useState("");
  const close = (outcome?: string) => {
    url.set({ channel: null, route: null });
    setTold(outcome ?? "");
  };
  const open = (key: "channel" | "route", id: number | "new") => url.set({ [key]: String(id) }, { push: true });
  const named = (id: number) => channels.data?.items.find((each) => each.id === id)?.name ?? `channel ${id}`;
  const roomOf = ({ room_id }: NotificationRoute) =>
    room_id === null ? "" : ` in ${rooms.data?.items.find(({ id }) => id === room_id)?.name ?? "a room"}`;
  const none = channels.data?.items.length === 0;
  return (
    <>
      <p role="status" className={cn("text-muted", !told && "sr-only")}>
        {told}
      </p>
      {channels.data && !channels.data.smtp && (
        <p role="note" className="rounded-md border border-warning/60 px-3 py-2">
          <strong className="font-medium text-warning">No mail server.</strong> E-mail channels deliver nothing until
          the server is given one (see the operations manual, SMTP).
        </p>
      )}
      <ReportTable
        title="Channels"
        description="Where notifications go."
        actions={
          <Button onClick={() => open("channel", "new")}>
            <Plus aria-hidden /> New channel
          </Button>
        }
        query={channels}
        empty={{ title: "No channels yet", detail: "Nobody is told of alarms. Create a channel, then a route to it." }}
        keyOf={({ id }) => String(id)}
        columns={[
          {
            label: "Name",
            cell: ({ id, name, enabled }) => <Named name={name} enabled={enabled} onOpen={() => open("channel", id)} />,
          },
          { label: "Type", cell: ({ type }) => (type === "email" ? "E-mail" : "Webhook") },
          {
            label: "To",
            cell: ({ addresses, url: target, signed }) => (
              <span className="break-all">
                {target ?? addresses.join(", ")} {signed && <span className="text-muted">(signed)</span>}
              </span>
            ),
          },
          { label: "Test", cell: (each) => <TestButton site={site} channel={each} /> },
        ]}
      />
      <ReportTable
        title="Routes"
        description="Who gets what. Each route is judged for itself; an alarm may go several ways."
        actions={
          <Button disabled={none !== false} onClick={() => open("route", "new")}>
            <Plus aria-hidden /> New route
          </Button>
        }
        query={routes}
        empty={{
          title: "No routes yet",
          detail: none ? "Create a channel first." : "Channels alone tell nobody: say which alarms go to them.",
        }}
        keyOf={({ id }) => String(id)}
        columns={[
          {
            label: "Name",
            cell: ({ id, name, enabled }) => <Named name={name} enabled={enabled} onOpen={() => open("route", id)} />,
          },
          {
            label: "Alarms",
            cell: (each) => (
              <span className="inline-flex flex-wrap items-center gap-x-1.5">
                <SeverityBadge severity={each.severity_at_least} />
                <span>
                  {each.severity_at_least !== "critical" && "and worse, "}
                  {each.systems.length > 0 ? each.systems.join(", ") : "all systems"}
                  {roomOf(each)}
                </span>
              </span>
            ),
          },
          { label: "To", cell: ({ channel_id }) => named(channel_id) },
          {
            label: "When",
            cell: ({ after_min, repeat_min, tell_cleared }) => (
              <span>
                {after_min === 0 ? "at once" : `after ${after_min} min without acknowledgement`}
                {repeat_min !== null && `, again every ${repeat_min} min`}
                {tell_cleared && ", and when it clears"}
              </span>
            ),
          },
        ]}
      />
      {(wantedChannel === "new" || channel) && (
        <ChannelForm key={wantedChannel} site={site} channel={channel} onClose={close} />
      )}
      {channels.data && (wantedRoute === "new" || route) && (
        <RouteForm key={wantedRoute} site={site} route={route} channels={channels.data.items} onClose={close} />
      )}
    </>
  );
}

export function NotificationsPage() {
  const site = useSite();
  return (
    <div className="mx-auto grid max-w-[90rem] gap-8">
      <h1 className="font-semibold text-lg">Notifications</h1>
      {site && (
        <>
          <Settings key={site.code} site={site.code} />
          <Outbox site={site.code} timeZone={site.time_zone} />
        </>
      )}
    </div>
  );
}
