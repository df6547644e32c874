"use client";
// The power chain, live, and what would follow if any part of it were lost. What is lost in thought is in the address; nothing is switched.
import { FlaskConical } from "lucide-react";
import { useMemo } from "react";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { WordBadge } from "@/components/word-badge";
import { formatAge, formatMilliseconds } from "@/lib/format";
import { useRacks, useRooms } from "@/lib/inventory";
import { useServerNow } from "@/lib/live";
import { rackKey } from "@/lib/racks";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { ChainDiagram } from "./chain-diagram";
import { lostOf, shownOf } from "./chain-states";
import { findingLooks } from "./looks";
import { useChain, useWhatIf } from "./power-api";
import { PowerFrame } from "./power-frame";
import type { Chain } from "./power-types";
import { WhatIfPanel } from "./what-if-panel";

const legend = [
  { glyph: "●", text: "text-good", word: "online" },
  { glyph: "▲", text: "text-warning", word: "on battery, or above what it may carry for hours" },
  { glyph: "◆", text: "text-critical", word: "above its rating" },
  { glyph: "✕", text: "text-critical", word: "dead, hatched" },
  { glyph: "○", text: "text-unknown", word: "not known" },
];

function Legend() {
  return (
    <ul aria-label="Legend" className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      {legend.map(({ glyph, text, word }) => (
        <li key={word} className="inline-flex items-center gap-1.5">
          <span aria-hidden className={cn("text-[0.8em]", text)}>
            {glyph}
          </span>
          {word}
        </li>
      ))}
      <li className="inline-flex items-center gap-1.5">
        <svg aria-hidden viewBox="0 0 24 8" className="h-2 w-6">
          <path d="M0 4H24" stroke="var(--unknown)" strokeWidth={1.5} strokeDasharray="6 5" />
        </svg>
        standby
      </li>
    </ul>
  );
}

type FindingsProps = { chain: Chain; names: ReadonlyMap<number, string>; onTry: (id: number) => void };

/** What the server finds by losing every element in turn, all the time. */
function Findings({ chain: { findings, swept_at, sweep_ms }, names, onTry }: FindingsProps) {
  const now = useServerNow();
  return (
    <Card className="grid content-start gap-3 p-4" aria-label="If any one element is lost">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-semibold text-base">If any one element is lost</h2>
        <span className="text-muted text-xs tabular-nums">
          {swept_at === null
            ? "not looked at yet"
            : `all looked at ${formatAge(now - Date.parse(swept_at))} ago${sweep_ms === null ? "" : `, in ${formatMilliseconds(sweep_ms)}`}`}
        </span>
      </div>
      {findings.length === 0 ? (
        <p className={swept_at === null ? "text-muted" : "text-good"}>
          {swept_at === null ? "The first look is on its way." : "● Nothing was found when each was lost in turn."}
        </p>
      ) : (
        <ul className="grid" data-testid="findings">
          {findings.map(({ kind, element_id, text }) => (
            <li
              key={`${kind} ${element_id} ${text}`}
              className="flex flex-wrap items-baseline gap-x-3 border-t py-1.5 first:border-t-0"
            >
              <span className="w-44 shrink-0">
                <WordBadge {...findingLooks[kind]} />
              </span>
              <span className="min-w-0 flex-1 basis-60">{text}</span>
              {element_id !== null && names.has(element_id) && (
                <Button variant="ghost" size="small" className="text-primary" onClick={() => onTry(element_id)}>
                  Show
                  <span className="sr-only"> what follows when {names.get(element_id)} is lost</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function ChainPage() {
  const site = useSite();
  const code = site?.code ?? "";
  const url = useUrlState();
  const { data: chain, error, refetch } = useChain(site?.code);
  const racks = useRacks(site?.code).data?.items;
  const rooms = useRooms(site?.code).data?.items;
  const lostText = url.search.get("lost");
  const lost = useMemo(() => lostOf(lostText, chain?.elements), [lostText, chain]);
  const asked = useWhatIf(site?.code, lost);
  // An answer to another question is none.
  const whatIf = lost.length > 0 ? asked.data : undefined;
  const shown = useMemo(() => chain && shownOf(chain, whatIf), [chain, whatIf]);
  const openText = url.search.get("open") ?? "";
  const expanded = useMemo(() => new Set(openText.split(",").filter(Boolean)), [openText]);
  const byId = useMemo(() => new Map(chain?.elements.map((element) => [element.id, element])), [chain]);
  const names = useMemo(() => new Map(chain?.elements.map(({ id, name }) => [id, name])), [chain]);
  const rackOf = (id: number) => {
    const rack = racks?.find((each) => each.id === id);
    return rack ? { name: rack.name, key: rackKey(rack, rooms) } : { name: `rack ${id}`, key: "" };
  };
  const lose = (ids: number[]) => url.set({ lost: ids.join() }, { push: true });
  const toggle = (id: number) => lose(lost.includes(id) ? lost.filter((each) => each !== id) : [...lost, id]);
  const expand = (key: string) => {
    const next = new Set(expanded);
    if (!next.delete(key)) next.add(key);
    url.set({ open: [...next].join() });
  };
  return (
    <PowerFrame site={site}>
      {error && !chain ? (
        <ErrorView title="The power chain could not be loaded" detail={error.message} onRetry={refetch} />
      ) : !chain || !shown ? (
        <Skeleton className="h-96" />
      ) : chain.elements.length === 0 ? (
        <EmptyView title="This site has no power chain yet">
          It comes with the site document (<code>[[power]]</code>), or element by element under Elements.
        </EmptyView>
      ) : (
        <>
          {lost.length > 0 ? (
            <div
              role="status"
              data-testid="what-if-banner"
              className="sticky top-2 z-20 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border-2 border-[var(--past)] bg-surface px-4 py-2"
            >
              <FlaskConical aria-hidden className="size-4 text-[var(--past)]" />
              <strong className="font-semibold">What if – nothing is switched.</strong>
              <span>
                {lost.map((id) => names.get(id)).join(", ")} {lost.length === 1 ? "is" : "are"} lost.
              </span>
              <Button size="small" className="ml-auto" onClick={() => lose([])}>
                Back to how it is
              </Button>
            </div>
          ) : (
            <p className="text-muted">
              Live. Choose an element, or several, to see what would follow if they were lost; nothing is switched.
            </p>
          )}
          <ChainDiagram
            elements={chain.elements}
            lost={new Set(lost)}
            {...{ shown, expanded }}
            onExpand={expand}
            onToggle={toggle}
          />
          <Legend />
          {lost.length > 0 && (
            <WhatIfPanel
              site={code}
              elements={byId}
              error={asked.error}
              onRetry={asked.refetch}
              {...{ whatIf, rackOf }}
            />
          )}
          <Findings {...{ chain, names }} onTry={(id) => lose([id])} />
        </>
      )}
    </PowerFrame>
  );
}
