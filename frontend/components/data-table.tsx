"use client";
// The table of long lists: sticky header, only the rows in view are drawn, rows chosen by check box and Shift, a cursor by keyboard.
// On a narrow screen a row is a card. It knows nothing of what it shows.
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/media";
import type { Key, Selection } from "@/lib/selection";
import { cn } from "@/lib/utils";
import { Skeleton } from "./ui/skeleton";
import { overscan, useWindow } from "./use-window";

export type Column<T> = {
  key: string;
  label: string;
  cell: (row: T) => ReactNode;
  /** Of the column: its width, and from which screen width on it is there. */
  className?: string;
  numeric?: boolean;
  /** The order that its heading asks for. */
  order?: string;
};

type Props<T> = {
  label: string;
  columns: Column<T>[];
  /** Undefined: still loading. */
  rows: T[] | undefined;
  keyOf: (row: T) => Key;
  /** A row as a card, for a narrow screen. */
  card: (row: T) => ReactNode;
  cardHeight?: number;
  /** What a row is called, for those who hear it. */
  nameOf: (row: T) => string;
  /** How many there are in all, also those that have not been fetched. */
  total?: number;
  onEndReached?: () => void;
  order?: { by: string; down: boolean };
  onOrder?: (by: string) => void;
  selection?: Selection;
  onOpen?: (row: T) => void;
  /** Further keys, with the row under the cursor. */
  keys?: Record<string, (row: T | undefined) => void>;
  rowClass?: (row: T) => string | undefined;
  /** Many columns: narrower than this it scrolls sideways. */
  minWidthPx?: number;
  /** What stands there when there are no rows, or they could not be had. */
  instead?: ReactNode;
};

const rowHeight = 40;

function HeadCell<T>({ column, order, onOrder }: { column: Column<T> } & Pick<Props<T>, "order" | "onOrder">) {
  const { key, label, numeric, className } = column;
  const by = column.order;
  const here = by !== undefined && order?.by === by;
  const Arrow = order?.down ? ArrowDown : ArrowUp;
  return (
    <th
      key={key}
      scope="col"
      aria-sort={here ? (order?.down ? "descending" : "ascending") : undefined}
      className={cn("truncate px-2 py-2 font-medium lg:px-3", numeric && "text-right", className)}
    >
      {by && onOrder ? (
        <button
          type="button"
          className="-my-1.5 inline-flex cursor-pointer items-center gap-1 py-1.5 hover:text-foreground"
          onClick={() => onOrder(by)}
        >
          {label}
          {here && <Arrow aria-hidden className="size-3" />}
        </button>
      ) : (
        label
      )}
    </th>
  );
}

function Check({
  label,
  checked,
  mixed,
  onToggle,
}: {
  label: string;
  checked: boolean;
  mixed?: boolean;
  onToggle: (range: boolean) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = Boolean(mixed);
  }, [mixed]);
  return (
    // As large as a finger: beside it the row would open.
    <label className="-m-3 inline-grid cursor-pointer p-3 align-middle">
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        className="size-4 cursor-pointer accent-primary"
        checked={checked}
        onChange={() => {}}
        onClick={(event) => {
          event.stopPropagation();
          onToggle(event.shiftKey);
        }}
      />
    </label>
  );
}

/** The row that has the focus, and whether it is its check box. */
function focusWithin(host: HTMLElement | null) {
  const element = document.activeElement;
  const row = element && host?.contains(element) ? element.closest<HTMLElement>("[data-key]") : null;
  return row?.dataset.key ? { key: row.dataset.key, inside: element === row ? "" : " input" } : undefined;
}

export function DataTable<T>(props: Props<T>) {
  const { label, columns, rows, keyOf, card, cardHeight = 84, nameOf, total, selection, onOpen, instead } = props;
  const narrow = useNarrow();
  const height = narrow ? cardHeight : rowHeight;
  const { host, first, last } = useWindow(rows?.length ?? 0, height);
  const order = useMemo(() => rows?.map(keyOf) ?? [], [rows, keyOf]);
  const [cursor, setCursor] = useState<Key | null>(null);
  const at = cursor === null ? -1 : order.indexOf(cursor);
  const { onEndReached } = props;

  const nearEnd = rows !== undefined && last >= rows.length - overscan;
  useEffect(() => {
    if (nearEnd) onEndReached?.();
  }, [nearEnd, onEndReached]);

  const focusNext = useRef(false);
  function moveTo(index: number) {
    const key = order[Math.max(0, Math.min(order.length - 1, index))];
    const element = host.current;
    if (key === undefined || !element) return;
    setCursor(key);
    focusNext.current = true;
    const head = narrow ? 0 : rowHeight;
    const top = order.indexOf(key) * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height + head > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + height + head - element.clientHeight;
    }
  }
  useEffect(() => {
    if (!focusNext.current || cursor === null) return;
    focusNext.current = false;
    host.current?.querySelector<HTMLElement>(`[data-key="${cursor}"]`)?.focus({ preventScroll: true });
  });

  // A row that has the focus keeps it when the list changes under it: a browser takes it from an element that moves.
  const focused = focusWithin(host.current);
  const previous = useRef(order);
  useLayoutEffect(() => {
    const changed = previous.current !== order;
    previous.current = order;
    if (!changed || !focused || document.activeElement !== document.body) return;
    const key = order.find((each) => String(each) === focused.key);
    if (key === undefined) return;
    const kept = host.current?.querySelector<HTMLElement>(`[data-key="${key}"]${focused.inside}`);
    if (kept) kept.focus({ preventScroll: true });
    else moveTo(order.indexOf(key)); // it is drawn no more where it is now
  });

  const row = rows?.[at];
  const page = Math.max(1, Math.floor((host.current?.clientHeight ?? 400) / height) - 2);
  const choose = (key: Key, range: boolean) => selection?.toggle(order, key, range);
  const step = (by: number) => (event: KeyboardEvent) => {
    const next = order[Math.max(0, Math.min(order.length - 1, at + by))];
    if (event.shiftKey && selection && next !== undefined && cursor !== null) {
      if (!selection.keys.has(cursor)) selection.toggle(order, cursor, false);
      if (!selection.keys.has(next)) selection.toggle(order, next, false);
    }
    moveTo(at + by);
  };
  useKeys({
    j: step(1),
    ArrowDown: step(1),
    k: step(at < 0 ? 1 : -1),
    ArrowUp: step(at < 0 ? 1 : -1),
    PageDown: () => moveTo(at + page),
    PageUp: () => moveTo(at - page),
    Home: () => moveTo(0),
    End: () => moveTo(order.length - 1),
    ...(selection && {
      x: (event) => cursor !== null && choose(cursor, event.shiftKey),
      Escape: () => selection.clear(),
    }),
    ...(onOpen && { Enter: () => row && onOpen(row), o: () => row && onOpen(row) }),
    ...Object.fromEntries(Object.entries(props.keys ?? {}).map(([key, act]) => [key, () => act(row)])),
  });

  const all = rows !== undefined && rows.length > 0 && rows.every((each) => selection?.keys.has(keyOf(each)));
  const span = columns.length + (selection ? 1 : 0);
  return (
    <div ref={host} data-testid="table-host" className="min-h-0 flex-1 overflow-auto rounded-lg border bg-surface">
      {instead ?? (
        <table
          aria-label={label}
          aria-busy={rows === undefined}
          aria-rowcount={(total ?? rows?.length ?? 0) + 1}
          className="w-full table-fixed border-collapse max-md:block max-md:min-w-0!"
          style={{ minWidth: props.minWidthPx }}
        >
          <thead className="sticky top-0 z-10 bg-surface text-left text-muted text-xs shadow-[inset_0_-1px_0_var(--border)] max-md:sr-only">
            <tr aria-rowindex={1} style={{ height: rowHeight }}>
              {selection && (
                <th scope="col" className="w-10 px-3">
                  <Check
                    label="Choose all that are listed"
                    checked={all}
                    mixed={!all && selection.keys.size > 0}
                    onToggle={() => (all ? selection.clear() : selection.choose(order))}
                  />
                </th>
              )}
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} order={props.order} onOrder={props.onOrder} />
              ))}
            </tr>
          </thead>
          <tbody className="max-md:block">
            {rows === undefined ? (
              ["a", "b", "c", "d", "e", "f"].map((key) => (
                <tr key={key} className="max-md:block" style={{ height }}>
                  <td colSpan={span} className="px-3 max-md:block max-md:py-2">
                    <Skeleton className={narrow ? "h-16" : "h-6"} />
                  </td>
                </tr>
              ))
            ) : (
              <>
                <tr aria-hidden className="max-md:block" style={{ height: first * height }} />
                {rows.slice(first, last).map((each, index) => {
                  const key = keyOf(each);
                  const chosen = selection?.keys.has(key) ?? false;
                  return (
                    <tr
                      key={key}
                      data-key={key}
                      data-testid={`row-${key}`}
                      aria-rowindex={first + index + 2}
                      aria-selected={selection ? chosen : undefined}
                      tabIndex={key === cursor || (at < 0 && first + index === 0) ? 0 : -1}
                      style={{ height }}
                      onClick={(event) => {
                        if ((event.target as Element).closest("label")) return;
                        setCursor(key);
                        onOpen?.(each);
                      }}
                      onFocus={(event) => event.target === event.currentTarget && setCursor(key)}
                      className={cn(
                        first + index > 0 && "border-t",
                        "max-md:flex max-md:items-start max-md:gap-2 max-md:px-3 max-md:py-2",
                        onOpen && "cursor-pointer hover:bg-raised",
                        "focus-visible:-outline-offset-2",
                        key === cursor && "bg-raised shadow-[inset_2px_0_0_var(--primary)]",
                        chosen && "bg-primary/10",
                        props.rowClass?.(each),
                      )}
                    >
                      {selection && (
                        <td className="px-3 max-md:px-0">
                          <Check
                            label={`Choose ${nameOf(each)}`}
                            checked={chosen}
                            onToggle={(range) => choose(key, range)}
                          />
                        </td>
                      )}
                      {narrow ? (
                        <td className="min-w-0 flex-1">{card(each)}</td>
                      ) : (
                        columns.map((column) => (
                          <td
                            key={column.key}
                            className={cn(
                              "truncate px-2 lg:px-3",
                              column.numeric && "text-right tabular-nums",
                              column.className,
                            )}
                          >
                            {column.cell(each)}
                          </td>
                        ))
                      )}
                    </tr>
                  );
                })}
                <tr aria-hidden className="max-md:block" style={{ height: (rows.length - last) * height }} />
              </>
            )}
          </tbody>
        </table>
      )}
    </div>
  );
}
