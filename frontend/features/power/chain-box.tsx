"use client";
// An element in the diagram, and the rack feeds under one: buttons, so that a click or a key loses them in thought.
import { ChevronDown, ChevronRight } from "lucide-react";
import { formatNumber, formatShare } from "@/lib/format";
import { cn } from "@/lib/utils";
import type { Box } from "./chain-layout";
import { isDead, type Shown } from "./chain-states";
import { elementLooks, kindWords, overLook } from "./looks";
import type { Element } from "./power-types";

const wordsOf = (element: Element, shown: Shown) => {
  const look = overLook(shown.over);
  return [
    element.name,
    kindWords[element.kind],
    elementLooks[shown.state].word,
    shown.kw === null ? "load not known" : `${formatNumber(shown.kw, "kW")} kW`,
    element.rating_kw !== null && `${formatShare(shown.share)} of ${formatNumber(element.rating_kw, "kW")} kW`,
    look?.word,
    shown.runtimeMin !== null && `${formatNumber(shown.runtimeMin, "min")} min of battery`,
  ]
    .filter(Boolean)
    .join(", ");
};

const barColor = ({ over }: Shown) =>
  over === "rating" ? "bg-critical" : over === "continuous" ? "bg-warning" : "bg-[var(--chart-1)]";

function edgeClass(shown: Shown) {
  if (isDead(shown.state)) return "border-critical";
  if (shown.state === "on-battery") return "border-warning";
  if (shown.over) return shown.over === "rating" ? "border-critical" : "border-warning";
  if (shown.state === "unknown") return "border-dashed border-unknown";
  return shown.changed ? "border-primary" : "";
}

type BoxProps = {
  box: Box;
  element: Element;
  shown: Shown;
  lost: boolean;
  onToggle: (id: number) => void;
};

export function ElementBox({ box, element, shown, lost, onToggle }: BoxProps) {
  const look = elementLooks[shown.state];
  const over = overLook(shown.over);
  const dead = isDead(shown.state);
  return (
    <button
      type="button"
      data-box={box.key}
      data-testid={`element-${element.name}`}
      data-state={shown.state}
      aria-pressed={lost}
      aria-label={`${wordsOf(element, shown)}. ${lost ? "Bring it back" : "What if it is lost?"}`}
      title={`${element.name}: ${lost ? "bring it back" : "what if it is lost?"}`}
      onClick={() => onToggle(element.id)}
      className={cn(
        "absolute grid cursor-pointer grid-cols-[minmax(0,1fr)] content-between gap-1 rounded-md border bg-surface px-2.5 py-1.5 text-left text-xs hover:bg-raised",
        edgeClass(shown),
        dead && "dead text-muted",
        lost && "border-2",
      )}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      <span className="flex items-baseline gap-1.5">
        <span aria-hidden title={look.word} className={cn("text-[0.7em]", look.text)}>
          {look.glyph}
        </span>
        <span className={cn("truncate font-medium text-foreground", dead && "line-through")}>{element.name}</span>
        {/* A name that says it already has the room for itself. */}
        {element.side && !element.name.endsWith(` ${element.side}`) && (
          <span className="ml-auto rounded border px-1 text-[0.625rem] text-muted">{element.side}</span>
        )}
      </span>
      <span className="flex items-baseline justify-between gap-1 truncate tabular-nums">
        {dead || shown.state === "on-battery" ? (
          <span className={cn("font-medium", look.text)}>
            {look.word}
            {shown.runtimeMin !== null && ` ${formatNumber(shown.runtimeMin, "min")} min`}
          </span>
        ) : over ? (
          <span className={cn("font-medium", over.text)}>
            {over.glyph} {over.word}
          </span>
        ) : (
          <span className="truncate text-muted">
            {shown.state === "unknown"
              ? look.word
              : element.inputs.length === 0 && shown.kw !== null
                ? `${formatNumber(shown.kw, "%")} of`
                : kindWords[element.kind]}
          </span>
        )}
        {element.rating_kw !== null && (
          <span className="whitespace-nowrap text-muted">{formatNumber(element.rating_kw, "count")} kW</span>
        )}
      </span>
      {element.rating_kw !== null && (
        <span
          aria-hidden
          className={cn("block h-1.5 overflow-hidden rounded-full bg-raised", shown.share === null && "hatched")}
        >
          {shown.share !== null && (
            <span
              className={cn("block h-full", barColor(shown))}
              style={{ width: `${Math.min(100, shown.share * 100)}%` }}
            />
          )}
        </span>
      )}
    </button>
  );
}

type GroupProps = {
  box: Box;
  feeds: { element: Element; shown: Shown }[];
  expanded: boolean;
  lost: ReadonlySet<number>;
  onExpand: (key: string) => void;
  onToggle: (id: number) => void;
};

/** What is worth saying of many at once: how many of them are how. */
function tally(feeds: GroupProps["feeds"]) {
  const count = (of: (shown: Shown) => boolean) => feeds.filter(({ shown }) => of(shown)).length;
  const known = feeds.flatMap(({ shown }) => shown.kw ?? []);
  return {
    dead: count(({ state }) => isDead(state)),
    over: count(({ over }) => over === "rating"),
    high: count(({ over }) => over === "continuous"),
    battery: count(({ state }) => state === "on-battery"),
    unknown: count(({ state }) => state === "unknown"),
    kw: known.length ? known.reduce((sum, each) => sum + each, 0) : null,
  };
}

export function FeedGroup({ box, feeds, expanded, lost, onExpand, onToggle }: GroupProps) {
  const { dead, over, high, battery, unknown, kw } = tally(feeds);
  const sides = new Set(feeds.map(({ element }) => element.side).filter(Boolean));
  const side = sides.size === 1 ? [...sides][0] : undefined;
  const Arrow = expanded ? ChevronDown : ChevronRight;
  const all = dead === feeds.length && feeds.length > 0;
  const notes = [
    dead > 0 && { text: `✕ ${dead} dead`, tone: "text-critical" },
    over > 0 && { text: `◆ ${over} over`, tone: "text-critical" },
    high > 0 && { text: `▲ ${high} high`, tone: "text-warning" },
    battery > 0 && { text: `▲ ${battery} on battery`, tone: "text-warning" },
    unknown > 0 && { text: `○ ${unknown} not known`, tone: "text-unknown" },
  ].filter((each) => each !== false);
  return (
    <div
      className={cn(
        "absolute flex flex-col overflow-hidden rounded-md border bg-surface text-xs",
        all
          ? cn("border-critical", !expanded && "dead")
          : over > 0 || dead > 0
            ? "border-critical"
            : battery > 0 && "border-warning",
      )}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      <button
        type="button"
        data-box={box.key}
        aria-expanded={expanded}
        aria-label={`${feeds.length} rack feeds${side ? ` ${side}` : ""}, ${formatNumber(kw, "kW")} kW${notes.map(({ text }) => `, ${text.slice(2)}`).join("")}`}
        onClick={() => onExpand(box.key)}
        className="grid h-[66px] shrink-0 cursor-pointer content-between px-2.5 py-1.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
      >
        <span className="flex items-center gap-1">
          <Arrow aria-hidden className="-ml-1 size-3.5 shrink-0" />
          <span className="truncate font-medium">
            {feeds.length} rack {feeds.length === 1 ? "feed" : "feeds"}
          </span>
          {side && <span className="ml-auto rounded border px-1 text-[0.625rem] text-muted">{side}</span>}
        </span>
        <span className="text-muted tabular-nums">{formatNumber(kw, "kW")} kW</span>
        <span className="truncate">
          {notes.length ? (
            notes.map(({ text, tone }) => (
              <span key={text} className={cn("mr-2 font-medium", tone)}>
                {text}
              </span>
            ))
          ) : (
            <span className="text-good">● all online</span>
          )}
        </span>
      </button>
      {expanded && (
        <ul className="border-t pt-1">
          {feeds.map(({ element, shown }) => {
            const look = overLook(shown.over) ?? elementLooks[shown.state];
            return (
              <li key={element.id}>
                <button
                  type="button"
                  data-testid={`element-${element.name}`}
                  data-state={shown.state}
                  aria-pressed={lost.has(element.id)}
                  aria-label={`${wordsOf(element, shown)}. ${lost.has(element.id) ? "Bring it back" : "What if it is lost?"}`}
                  onClick={() => onToggle(element.id)}
                  className={cn(
                    "flex h-7 w-full cursor-pointer items-center gap-1 px-2 tabular-nums hover:bg-raised focus-visible:-outline-offset-2",
                    isDead(shown.state) && "dead",
                    lost.has(element.id) && "font-semibold",
                  )}
                >
                  <span aria-hidden title={look.word} className={cn("text-[0.7em]", look.text)}>
                    {look.glyph}
                  </span>
                  <span className="truncate">{element.name}</span>
                  <span
                    title="kW, and share of its rating"
                    className={cn("ml-auto whitespace-nowrap", shown.over ? look.text : "text-muted")}
                  >
                    {isDead(shown.state) ? look.word : `${formatNumber(shown.kw, "%")} · ${formatShare(shown.share)}`}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
