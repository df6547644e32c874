"use client";
import { useQuery } from "@tanstack/react-query";
import { Moment } from "@/components/moment";
import { ReportTable } from "@/components/report-table";
import { type AuditEntry, get, type List } from "@/lib/api";
import { useSite } from "@/lib/session";

function Change({ value }: { value: unknown }) {
  if (value === null || value === undefined) return null;
  return <code className="line-clamp-3 max-w-80 break-all text-xs">{JSON.stringify(value)}</code>;
}

export function AuditPage() {
  const timeZone = useSite()?.time_zone ?? "UTC";
  const log = useQuery({
    queryKey: ["audit-log"],
    queryFn: () => get<List<AuditEntry>>("/api/audit-log"),
    refetchInterval: 10_000,
  });
  return (
    <div className="mx-auto grid max-w-[90rem] gap-6">
      <h1 className="font-semibold text-lg">Audit log</h1>
      <ReportTable
        title="Changes"
        description="Who changed what, when, and from where; the newest 500. The log cannot be edited."
        query={log}
        empty={{
          title: "Nothing has been changed yet",
          detail: "Every change appears here in the moment that it is made.",
        }}
        keyOf={(item) => String(item.id)}
        columns={[
          { label: "When", cell: (item) => <Moment iso={item.ts} timeZone={timeZone} /> },
          { label: "Who", cell: (item) => item.actor },
          { label: "Action", cell: (item) => <span className="whitespace-nowrap">{item.action}</span> },
          { label: "Object", cell: (item) => item.object },
          { label: "From", cell: (item) => item.origin },
          { label: "Before", cell: (item) => <Change value={item.before} /> },
          { label: "After", cell: (item) => <Change value={item.after} /> },
        ]}
      />
    </div>
  );
}
