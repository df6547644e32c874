"use client";
// A span of time in the address: a preset, or from and to in site time.
import { Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useUrlState } from "@/lib/session";
import { instantOf, localOf } from "@/lib/zone";

const presets = { "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days" } as const;
const hours = { "24h": 24, "7d": 168, "30d": 720, "90d": 2160 } as const;
type Preset = keyof typeof presets;
const isPreset = (text: string | null): text is Preset => text !== null && text in presets;

/** `now` in steps, so that a list is not asked anew every second. */
export function useRange(preset: Preset, now: number): { from: string; to: string | null } {
  const { search } = useUrlState();
  const [from, to] = [search.get("from"), search.get("to")];
  if (from || to) return { from: from ?? new Date(0).toISOString(), to };
  const range = search.get("range");
  const length = hours[isPreset(range) ? range : preset] * 3_600_000;
  return { from: new Date(now - length).toISOString(), to: null };
}

export function RangePicker({ preset, timeZone, now }: { preset: Preset; timeZone: string; now: number }) {
  const url = useUrlState();
  const [from, to] = [url.search.get("from"), url.search.get("to")];
  const custom = Boolean(from || to);
  const range = url.search.get("range");
  const setEnd = (key: "from" | "to", local: string) => url.set({ [key]: instantOf(local, timeZone) });
  return (
    <>
      <Select
        aria-label="Range"
        className="min-w-0 flex-1 sm:w-auto sm:flex-none"
        value={custom ? "custom" : isPreset(range) ? range : preset}
        onChange={({ target: { value } }) => {
          if (value === "custom") {
            const length = hours[isPreset(range) ? range : preset] * 3_600_000;
            url.set({ range: null, from: new Date(now - length).toISOString(), to: new Date(now).toISOString() });
          } else url.set({ range: value === preset ? null : value, from: null, to: null });
        }}
      >
        {Object.entries(presets).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="custom">From … to …</option>
      </Select>
      {custom && (
        <>
          <Input
            type="datetime-local"
            aria-label={`From, ${timeZone}`}
            className="w-auto"
            value={from ? localOf(from, timeZone) : ""}
            onChange={(event) => setEnd("from", event.target.value)}
          />
          <Input
            type="datetime-local"
            aria-label={`To, ${timeZone}`}
            className="w-auto"
            value={to ? localOf(to, timeZone) : ""}
            onChange={(event) => setEnd("to", event.target.value)}
          />
        </>
      )}
    </>
  );
}
