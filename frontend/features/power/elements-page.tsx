"use client";
// The elements of the power chain as a list: what each is, what it draws from, what it carries of what it may; and the way to edit them.
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { SearchBox } from "@/components/search-box";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { formatNumber, formatShare } from "@/lib/format";
import { useRacks, useRooms, useSensors } from "@/lib/inventory";
import { useMay } from "@/lib/roles";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { ElementDrawer } from "./element-drawer";
import { ElementBadge, kindWords, methodWords, OverBadge } from "./looks";
import { useChain } from "./power-api";
import { PowerFrame } from "./power-frame";
import { type Element, kinds } from "./power-types";

const keyOf = ({ id }: Element) => id;
const nameOf = ({ name }: Element) => name;

type Order = "name" | "kind" | "load" | "share";
const isOrder = (text: string): text is Order => ["name", "kind", "load", "share"].includes(text);

function sorted(elements: Element[], order: Order, down: boolean) {
  const name = (a: Element, b: Element) => a.name.localeCompare(b.name, "en", { numeric: true });
  const amount = ({ load, share }: Element) => (order === "load" ? load.kw : share) ?? Number.NEGATIVE_INFINITY;
  return elements.toSorted((a, b) => {
    if (order === "name") return (down ? -1 : 1) * name(a, b);
    if (order === "kind") return (down ? -1 : 1) * (kinds.indexOf(a.kind) - kinds.indexOf(b.kind)) || name(a, b);
    return (down ? amount(b) - amount(a) : amount(a) - amount(b)) || name(a, b);
  });
}

function columnsOf(names: ReadonlyMap<number, string>): Column<Element>[] {
  return [
    { key: "name", label: "Name", order: "name", cell: ({ name }) => <span className="font-medium">{name}</span> },
    { key: "kind", label: "Kind", order: "kind", className: "w-36", cell: ({ kind }) => kindWords[kind] },
    { key: "side", label: "Side", className: "hidden w-16 lg:table-cell", cell: ({ side }) => side ?? "–" },
    {
      ...{ key: "inputs", label: "Draws from" },
      cell: ({ inputs, active_input }) =>
        inputs.length === 0
          ? "–"
          : inputs.map((id, at) => (
              <span key={id} className={cn(id !== active_input && "text-muted")}>
                {at > 0 && ", "}
                {names.get(id) ?? `element ${id}`}
              </span>
            )),
    },
    {
      ...{ key: "load", label: "Load, kW", numeric: true, order: "load", className: "w-24" },
      cell: ({ load }) => <span title={methodWords[load.method]}>{formatNumber(load.kw, "kW")}</span>,
    },
    {
      ...{ key: "rating", label: "Rating, kW", numeric: true, className: "hidden w-28 lg:table-cell" },
      cell: ({ rating_kw }) => formatNumber(rating_kw, "kW"),
    },
    {
      ...{ key: "share", label: "Share", numeric: true, order: "share", className: "w-20" },
      cell: ({ share }) => formatShare(share),
    },
    {
      ...{ key: "state", label: "State", className: "w-44" },
      cell: ({ state, over }) => (over && state === "ok" ? <OverBadge over={over} /> : <ElementBadge state={state} />),
    },
  ];
}

function Card({ element: { name, kind, load, rating_kw, share, state } }: { element: Element }) {
  return (
    <div className="grid gap-1">
      <span className="flex items-baseline justify-between gap-2">
        <strong className="truncate font-medium">{name}</strong>
        <ElementBadge state={state} />
      </span>
      <span className="text-muted text-xs">{kindWords[kind]}</span>
      <span className="text-xs tabular-nums">
        {formatNumber(load.kw, "kW")} kW
        {rating_kw !== null && ` of ${formatNumber(rating_kw, "kW")} kW, ${formatShare(share)}`}
      </span>
    </div>
  );
}

export function ElementsPage() {
  const site = useSite();
  const url = useUrlState();
  const may = useMay();
  const [told, setTold] = useState("");
  const { data: chain, error, refetch } = useChain(site?.code);
  const racks = useRacks(site?.code).data?.items;
  const rooms = useRooms(site?.code).data?.items;
  const sensors = useSensors(site?.code).data?.items;
  const wanted = url.search.get("element");
  const words = (url.search.get("q") ?? "").toLowerCase();
  const kind = url.search.get("kind") ?? "";
  const sort = url.search.get("sort") ?? "kind";
  const plain = sort.replace(/^-/, "");
  const order = isOrder(plain) ? plain : "kind";
  const down = sort.startsWith("-");
  const names = useMemo(() => new Map(chain?.elements.map(({ id, name }) => [id, name])), [chain]);
  const columns = useMemo(() => columnsOf(names), [names]);
  const rows = useMemo(
    () =>
      chain &&
      sorted(
        chain.elements.filter((each) => each.name.toLowerCase().includes(words) && (!kind || each.kind === kind)),
        order,
        down,
      ),
    [chain, words, kind, order, down],
  );
  const element = chain?.elements.find(({ id }) => String(id) === wanted);
  const close = (message = "") => {
    setTold(message);
    url.set({ element: null });
  };
  return (
    <PowerFrame
      site={site}
      fixed
      aside={
        may.manage && (
          <Button size="small" variant="primary" onClick={() => url.set({ element: "new" }, { push: true })}>
            <Plus aria-hidden /> New element
          </Button>
        )
      }
    >
      <div className="flex flex-wrap gap-2">
        <SearchBox label="Search elements" title="By name" className="sm:w-72 sm:flex-none" />
        <Select
          aria-label="Kind"
          className="w-auto"
          value={kind}
          onChange={({ target }) => url.set({ kind: target.value || null })}
        >
          <option value="">All kinds</option>
          {kinds.map((each) => (
            <option key={each} value={each}>
              {kindWords[each]}
            </option>
          ))}
        </Select>
        <p role="status" className="self-center text-good">
          {told}
        </p>
      </div>
      <DataTable
        label="Elements of the power chain"
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        card={(each) => <Card element={each} />}
        order={{ by: order, down }}
        onOrder={(by) => {
          const first = by === "load" || by === "share" ? `-${by}` : by;
          url.set({ sort: by === order ? (down ? by : `-${by}`) : first });
        }}
        onOpen={({ id }) => url.set({ element: String(id) }, { push: true })}
        instead={
          error && !chain ? (
            <ErrorView title="The elements could not be loaded" detail={error.message} onRetry={refetch} />
          ) : rows?.length === 0 ? (
            <EmptyView title={chain?.elements.length ? "No element is found" : "This site has no power chain yet"}>
              {chain?.elements.length
                ? "Search for something else."
                : "Begin with the source: the utility’s incomer. Or bring all in with the site document."}
            </EmptyView>
          ) : undefined
        }
      />
      {site && chain && racks && rooms && sensors && wanted !== null && (element || wanted === "new") && (
        <ElementDrawer
          key={wanted}
          elements={chain.elements}
          mayEdit={may.manage}
          onClose={close}
          {...{ site, racks, rooms, sensors, element }}
        />
      )}
    </PowerFrame>
  );
}
