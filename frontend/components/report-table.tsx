"use client";
// A plain list from the server: heading, what it means, and loading, empty and failed states. On a narrow screen a row is a card.
import type { ReactNode } from "react";
import { ApiError } from "@/lib/api";
import { useNarrow } from "@/lib/media";
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
  const narrow = useNarrow();
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
        ) : narrow ? (
          <ul className="divide-y">
            {data.items.map((item, index) => (
              <li key={keyOf(item, index)} className="px-3 py-2.5">
                <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-2 gap-y-1">
                  {columns.map(({ label, cell }) => (
                    <div key={label} className="contents">
                      <dt className="text-muted text-xs">{label}</dt>
                      <dd className="min-w-0">{cell(item)}</dd>
                    </div>
                  ))}
                </dl>
              </li>
            ))}
          </ul>
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
