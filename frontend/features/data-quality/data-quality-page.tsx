"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Moment } from "@/components/moment";
import { ReportTable } from "@/components/report-table";
import { Button } from "@/components/ui/button";
import { type DiscoveredTopic, get, type List, type RejectedMessage } from "@/lib/api";
import { useMay } from "@/lib/roles";
import { useSite } from "@/lib/session";
import { AdoptDrawer } from "./adopt-drawer";

const refetchInterval = 10_000;

function Payload({ text }: { text: string }) {
  return (
    <code className="line-clamp-3 max-w-96 break-all text-xs" title={text.length > 120 ? text : undefined}>
      {text}
    </code>
  );
}

export function DataQualityPage() {
  const site = useSite();
  const code = site?.code ?? "";
  const timeZone = site?.time_zone ?? "UTC";
  const may = useMay();
  const [adopting, setAdopting] = useState<DiscoveredTopic>();
  const options = { enabled: site !== undefined, refetchInterval };
  const discovered = useQuery({
    ...options,
    queryKey: ["discovered-topics", code],
    queryFn: () => get<List<DiscoveredTopic>>("/api/discovered-topics", { site: code }),
  });
  const rejected = useQuery({
    ...options,
    queryKey: ["rejected-messages", code],
    queryFn: () => get<List<RejectedMessage>>("/api/rejected-messages", { site: code }),
  });
  return (
    <div className="mx-auto grid max-w-[90rem] gap-8">
      <h1 className="font-semibold text-lg">Data quality</h1>
      <ReportTable
        title="Rejected messages"
        description="Messages of known sensors that could not be used, newest first. Nothing else was disturbed."
        query={rejected}
        empty={{ title: "Nothing was rejected", detail: "Every message of every sensor could be used." }}
        keyOf={(item, index) => `${item.ts} ${item.topic} ${index}`}
        columns={[
          { label: "Arrived", cell: (item) => <Moment iso={item.ts} timeZone={timeZone} /> },
          { label: "Topic", cell: (item) => <code className="break-all text-xs">{item.topic}</code> },
          {
            label: "Reason",
            cell: (item) => <span className="whitespace-nowrap">{item.reason.replaceAll("_", " ")}</span>,
          },
          { label: "Detail", cell: (item) => item.detail },
          { label: "Payload", cell: (item) => <Payload text={item.payload} /> },
        ]}
      />
      <ReportTable
        title="Discovered topics"
        description="Something publishes here, but no sensor listens. Adopt it: its fields become sensors of a device."
        query={discovered}
        empty={{ title: "No unknown topics", detail: "Every topic that is published belongs to a sensor." }}
        keyOf={(item) => item.topic}
        columns={[
          { label: "Topic", cell: (item) => <code className="break-all text-xs">{item.topic}</code> },
          { label: "First seen", cell: (item) => <Moment iso={item.first_seen} timeZone={timeZone} /> },
          { label: "Last seen", cell: (item) => <Moment iso={item.last_seen} timeZone={timeZone} /> },
          { label: "Messages", numeric: true, cell: (item) => item.messages.toLocaleString("en") },
          { label: "Last payload", cell: (item) => <Payload text={item.last_payload} /> },
          ...(may.manage
            ? [
                {
                  label: "Adopt",
                  cell: (item: DiscoveredTopic) => (
                    <Button size="small" aria-label={`Adopt ${item.topic}`} onClick={() => setAdopting(item)}>
                      Adopt
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {adopting && (
        <AdoptDrawer
          key={adopting.topic}
          site={code}
          topic={adopting}
          timeZone={timeZone}
          onClose={() => setAdopting(undefined)}
        />
      )}
    </div>
  );
}
