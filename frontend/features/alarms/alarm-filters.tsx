"use client";
// Filters of alarm lists; they live in the address.
import { type ReactNode, useMemo } from "react";
import { SearchBox } from "@/components/search-box";
import { severityLooks } from "@/components/severity-badge";
import { Select } from "@/components/ui/field";
import { type AlarmFilters, severities, systems } from "@/lib/alarms";
import { useRooms } from "@/lib/inventory";
import { useSite, useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";

/** The filters that the address holds. `more`: what the page itself adds. */
export function useAlarmFilters(more: AlarmFilters): AlarmFilters {
  const { search } = useUrlState();
  const text = search.toString();
  const added = JSON.stringify(more);
  return useMemo(() => {
    const params = new URLSearchParams(text);
    const given = ["severity", "system", "room"].flatMap((key) => (params.get(key) ? [[key, params.get(key)]] : []));
    const wanted = params.get("q");
    return { ...Object.fromEntries(given), ...(wanted && { search: wanted }), ...JSON.parse(added) };
  }, [text, added]);
}

function SeverityToggles() {
  const url = useUrlState();
  const wanted = (url.search.get("severity") ?? "").split(",").filter(Boolean);
  return (
    <fieldset className="flex overflow-hidden rounded-md border">
      <legend className="sr-only">Severity</legend>
      {severities.map((severity) => {
        const { word, glyph: Glyph, text } = severityLooks[severity];
        const on = wanted.includes(severity);
        const next = on ? wanted.filter((each) => each !== severity) : [...wanted, severity];
        return (
          <button
            key={severity}
            type="button"
            aria-pressed={on}
            className={cn(
              "inline-flex h-8.5 cursor-pointer items-center gap-1.5 px-2.5 hover:bg-raised [&+button]:border-l",
              on ? "bg-raised font-medium" : "text-muted",
            )}
            onClick={() => url.set({ severity: next.length === severities.length ? null : next.join(",") })}
          >
            <Glyph aria-hidden className={cn("size-4", text)} />
            <span className="max-sm:sr-only">{word}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

export function AlarmFilterBar({ children }: { children?: ReactNode }) {
  const url = useUrlState();
  const site = useSite();
  const rooms = useRooms(site?.code);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="flex w-full gap-2 sm:w-auto">
        <SearchBox label="Search alarms" title="Part of the source, the rule's name, who acknowledged, or a note" />
        <SeverityToggles />
      </div>
      <Select
        aria-label="System"
        className="min-w-0 flex-1 max-sm:basis-[40%] sm:w-auto sm:flex-none"
        value={url.search.get("system") ?? ""}
        onChange={(event) => url.set({ system: event.target.value })}
      >
        <option value="">All systems</option>
        {systems.map((system) => (
          <option key={system} value={system}>
            {system[0]?.toUpperCase() + system.slice(1)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Room"
        className="min-w-0 flex-1 max-sm:basis-[40%] sm:w-auto sm:flex-none"
        value={url.search.get("room") ?? ""}
        onChange={(event) => url.set({ room: event.target.value })}
      >
        <option value="">All rooms</option>
        {rooms.data?.items.map((room) => (
          <option key={room.id} value={room.id}>
            {room.name}
          </option>
        ))}
      </Select>
      {children}
    </div>
  );
}
