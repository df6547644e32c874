"use client";
// The span of time that the address holds: presets to choose from, or from and to in site time.
import { ArrowLeft } from "lucide-react";
import { useCallback, useMemo } from "react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segments } from "@/components/ui/segments";
import { comparisonOf, comparisons, type Preset, presets, type Range, rangeOf, stepOf } from "@/lib/range";
import { useUrlState } from "@/lib/session";
import { instantOf, localOf } from "@/lib/zone";

const iso = (ms: number) => new Date(ms).toISOString();

/** For lists: a preset goes to no end, so that what comes is in it. `now` is when the page was opened. */
export function useRange(preset: Preset, now: number): { from: string; to: string | null } {
  const { search } = useUrlState();
  const { from, to } = rangeOf(search, preset, now);
  return { from: iso(from), to: search.get("to") && iso(to) };
}

/** For charts: moves with the clock; a brush zooms, and back goes out again. */
export function useChartRange(standard: Preset, now: number) {
  const { search, set } = useUrlState();
  const given = rangeOf(search, standard, now);
  const step = stepOf(given.to - given.from);
  const to = given.preset ? Math.ceil(now / step) * step : given.to;
  const from = given.preset ? to - presets[given.preset].ms : given.from;
  const { preset } = given;
  const range = useMemo((): Range => ({ from, to, preset }), [from, to, preset]);
  const zoom = useCallback(
    (begin: number, end: number) => set({ from: iso(begin), to: iso(Math.max(end, begin + 10_000)) }, { push: true }),
    [set],
  );
  const zoomOut = useCallback(() => set({ from: null, to: null }), [set]);
  return { range, compare: comparisonOf(search), zoom, zoomOut };
}

type CustomProps = { from: string | null; to: string | null; timeZone: string };

function Custom({ from, to, timeZone }: CustomProps) {
  const url = useUrlState();
  const ends = { from, to };
  return Object.entries(ends).map(([key, value]) => (
    <Input
      key={key}
      type="datetime-local"
      aria-label={`${key === "from" ? "From" : "To"}, ${timeZone}`}
      className="w-auto"
      value={value ? localOf(value, timeZone) : ""}
      onChange={({ target }) => url.set({ [key]: instantOf(target.value, timeZone) })}
    />
  ));
}

type PickerProps = { preset: Preset; timeZone: string; now: number };

/** As a list to choose from, for the filters of a table. */
export function RangePicker({ preset, timeZone, now }: PickerProps) {
  const url = useUrlState();
  const [from, to] = [url.search.get("from"), url.search.get("to")];
  const custom = Boolean(from || to);
  const range = rangeOf(url.search, preset, now);
  return (
    <>
      <Select
        aria-label="Range"
        className="min-w-0 flex-1 sm:w-auto sm:flex-none"
        value={custom ? "custom" : (range.preset ?? preset)}
        onChange={({ target: { value } }) => {
          if (value === "custom") url.set({ range: null, from: iso(range.from), to: iso(range.to) });
          else url.set({ range: value === preset ? null : value, from: null, to: null });
        }}
      >
        {Object.entries(presets)
          .filter(([value]) => value !== "1h")
          .map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        <option value="custom">From … to …</option>
      </Select>
      {custom && <Custom from={from} to={to} timeZone={timeZone} />}
    </>
  );
}

type BarProps = {
  range: Range;
  choices: Preset[];
  standard: Preset;
  timeZone: string;
  onBack: () => void;
  /** Whether it offers a comparison. */
  compares?: boolean;
};

/** As a row of buttons above charts. */
export function RangeBar({ range, choices, standard, timeZone, onBack, compares = true }: BarProps) {
  const url = useUrlState();
  const custom = range.preset === null;
  const choose = (preset: Preset | null) =>
    url.set(
      preset
        ? { range: preset === standard ? null : preset, from: null, to: null }
        : { from: iso(range.from), to: iso(range.to) },
    );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segments
        label="Range"
        chosen={range.preset}
        segments={[...choices, null].map((preset) => ({
          value: preset,
          label: preset ? presets[preset].short : "Custom",
          title: preset ? presets[preset].label : "From … to …",
        }))}
        onChoose={choose}
      />
      {custom && (
        <>
          <Button size="small" onClick={onBack}>
            <ArrowLeft aria-hidden /> Back
          </Button>
          <Custom from={iso(range.from)} to={iso(range.to)} timeZone={timeZone} />
        </>
      )}
      {compares && (
        <Select
          aria-label="Compare with"
          className="ml-auto h-8 w-auto px-2"
          value={url.search.get("compare") ?? ""}
          onChange={({ target }) => url.set({ compare: target.value || null })}
        >
          <option value="">No comparison</option>
          {Object.entries(comparisons).map(([key, { label }]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}
