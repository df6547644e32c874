// A plain list from the server: heading, what it means, and loading, empty and failed states.
import type { ReactNode } from "react";
import { ApiError } from "@/lib/api";
import { EmptyView, ErrorView } from "./state-views";
import { Card } from "./ui/card";
import { Skeleton } from "./ui/skeleton";

type Props<T> = {
  title: string;
  description: string;
  actions?: ReactNode;
  query: { data?: { items: T[] }; error: Error | null; refetch: () => unknown };
  empty: { title: string; detail: string };
  columns: { label: string; cell: (item: T) => ReactNode; numeric?: boolean }[];
  keyOf: (item: T, index: number) => string;
};

export function ReportTable<T>({ title, description, actions, query, empty, columns, keyOf }: Props<T>) {
  const { data, error, refetch } = query;
  return (
    <section aria-label={title} className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h2 className="font-semibold text-base">{title}</h2>
          <p className="text-muted">{description}</p>
        </div>
        {actions}
      </div>
      <Card className="overflow-x-auto" tabIndex={0} aria-label={`${title}, table`}>
        {error instanceof ApiError && error.status === 403 ? (
          <EmptyView title="You may not see this list">{error.message}</EmptyView>
        ) : error ? (
          <ErrorView title="This list could not be loaded" detail={error.message} onRetry={refetch} />
        ) : !data ? (
          <div className="grid gap-2 p-3" aria-busy>
            {["a", "b", "c"].map((key) => (
              <Skeleton key={key} className="h-7" />
            ))}
          </div>
        ) : data.items.length === 0 ? (
          <EmptyView title={empty.title}>{empty.detail}</EmptyView>
        ) : (
          <table className="w-full min-w-[44rem] border-collapse">
            <thead className="text-left text-muted text-xs">
              <tr>
                {columns.map(({ label, numeric }) => (
                  <th
                    key={label}
                    scope="col"
                    className={numeric ? "px-3 py-2 text-right font-medium" : "px-3 py-2 font-medium"}
                  >
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.items.map((item, index) => (
                <tr key={keyOf(item, index)} className="border-t align-baseline">
                  {columns.map(({ label, cell, numeric }) => (
                    <td key={label} className={numeric ? "px-3 py-1.5 text-right tabular-nums" : "px-3 py-1.5"}>
                      {cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </section>
  );
}
