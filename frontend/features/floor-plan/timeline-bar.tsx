"use client";
// The track under the plan: any moment of the past by mouse, touch and keyboard, the alarms on it, and playing on from there.
import { ChevronsLeft, ChevronsRight, Pause, Play, Radio } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import type { Severity } from "@/lib/api";
import { formatMinute, formatMoment } from "@/lib/format";
import { useKeys } from "@/lib/keys";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { useTimeline } from "./plan-api";
import { type Speed, speeds, type TimeTravel, type TravelState } from "./time-travel";
import { alarmBeside, isSpan, type Span, spans, stepOf, ticksOf } from "./timeline-model";

const labels: Record<Span, string> = { "24h": "24 h", "7d": "7 d", "30d": "30 d", "90d": "90 d" };
const againMs = 60_000;
const strokes: Record<Severity, string> = {
  critical: "stroke-critical",
  major: "stroke-major",
  minor: "stroke-warning",
  info: "stroke-info",
};

/** The span's end: now, in whole minutes. */
function useSpan(now: () => number) {
  const url = useUrlState();
  const asked = url.search.get("span");
  const span: Span = isSpan(asked) ? asked : "24h";
  const [to, setTo] = useState(() => Math.ceil(now() / againMs) * againMs);
  useEffect(() => {
    const timer = setInterval(() => setTo(Math.ceil(now() / againMs) * againMs), againMs / 4);
    return () => clearInterval(timer);
  }, [now]);
  return { span, from: to - spans[span], to, setSpan: (next: Span) => url.set({ span: next === "24h" ? null : next }) };
}

function dayTicks(from: number, to: number, span: Span, timeZone: string) {
  const every = { "24h": 3, "7d": 24, "30d": 120, "90d": 360 }[span] * 3_600_000;
  // At the very ends its label would be cut.
  const first = Math.ceil((from + 0.02 * (to - from)) / every) * every;
  const last = to - 0.02 * (to - from);
  return Array.from({ length: Math.max(0, Math.floor((last - first) / every) + 1) }, (_, index) => {
    const at = first + index * every;
    const day = new Date(at).toLocaleDateString("en-GB", { timeZone, day: "2-digit", month: "short" });
    return { at, label: span === "24h" ? formatMinute(at, timeZone) : day };
  });
}

type Props = {
  roomId: number;
  timeZone: string;
  now: () => number;
  state: TravelState;
  travel: TimeTravel;
};

export function TimelineBar({ roomId, timeZone, now, state, travel }: Props) {
  const { span, from, to, setSpan } = useSpan(now);
  const { data, error } = useTimeline(roomId, from, to);
  const { at, playing, speed } = state;
  const alarms = data?.alarms ?? [];
  const shown = Math.min(to, Math.max(from, at ?? to));
  const share = (ts: number) => Math.min(1, Math.max(0, (ts - from) / (to - from)));
  const earliest = data?.earliest ? Date.parse(data.earliest) : null;
  const jump = (direction: -1 | 1) => {
    const beside = alarmBeside(alarms, at ?? now(), direction);
    if (beside) travel.seek(beside.at);
  };
  const playOrPause = () => {
    if (playing) return travel.pause();
    if (at === null) travel.seek(now() - 3_600_000);
    travel.play();
  };
  useKeys({
    "[": () => jump(-1),
    "]": () => jump(1),
    p: playOrPause,
    n: () => travel.seek(null),
  });
  const text = at === null ? "now, live" : `${formatMoment(new Date(shown).toISOString(), timeZone).local}, past`;
  return (
    <section
      aria-label="Time travel"
      className={cn("grid gap-2 rounded-lg border bg-surface px-3 py-2", at !== null && "border-past")}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <Button
          size="small"
          variant={playing ? "primary" : "outline"}
          aria-label={playing ? "Pause" : "Play"}
          title={`${playing ? "Pause" : "Play"} (p)`}
          onClick={playOrPause}
        >
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
        <Select
          aria-label="Speed"
          className="h-8 w-auto px-2"
          value={speed}
          onChange={({ target }) => travel.setSpeed(Number(target.value) as Speed)}
        >
          {speeds.map((each) => (
            <option key={each} value={each}>
              ×{each}
            </option>
          ))}
        </Select>
        <Button
          size="small"
          aria-label="Previous alarm"
          title="Previous alarm ([)"
          disabled={!alarmBeside(alarms, at ?? to, -1)}
          onClick={() => jump(-1)}
        >
          <ChevronsLeft aria-hidden />
        </Button>
        <Button
          size="small"
          aria-label="Next alarm"
          title="Next alarm (])"
          disabled={at === null || !alarmBeside(alarms, at, 1)}
          onClick={() => jump(1)}
        >
          <ChevronsRight aria-hidden />
        </Button>
        <span
          data-testid="time-shown"
          className={cn("min-w-0 truncate font-medium tabular-nums", at !== null && "text-past")}
        >
          {at === null ? "Now" : formatMoment(new Date(shown).toISOString(), timeZone).local}
        </span>
        {error && (
          <span role="alert" className="text-critical text-xs">
            The alarms of the track are not known: {error.message}
          </span>
        )}
        <div className="ml-auto flex items-center gap-1.5">
          <fieldset className="flex gap-1 max-sm:hidden" aria-label="Span of the track">
            {(Object.keys(labels) as Span[]).map((each) => (
              <Button
                key={each}
                size="small"
                variant="ghost"
                aria-pressed={each === span}
                className={cn(each === span && "bg-raised font-semibold")}
                onClick={() => setSpan(each)}
              >
                {labels[each]}
              </Button>
            ))}
          </fieldset>
          <Select
            aria-label="Span of the track"
            className="h-8 w-auto px-2 sm:hidden"
            value={span}
            onChange={({ target }) => isSpan(target.value) && setSpan(target.value)}
          >
            {(Object.keys(labels) as Span[]).map((each) => (
              <option key={each} value={each}>
                {labels[each]}
              </option>
            ))}
          </Select>
          <Button size="small" disabled={at === null} title="Back to now (n)" onClick={() => travel.seek(null)}>
            <Radio aria-hidden /> Now
          </Button>
        </div>
      </div>
      <div className="relative h-11">
        <svg
          aria-hidden
          viewBox="0 0 1000 28"
          preserveAspectRatio="none"
          className="absolute inset-x-0 top-0 h-7 w-full"
        >
          <rect x="0" y="11" width="1000" height="6" rx="3" className="fill-raised" />
          {earliest !== null && earliest > from && (
            <rect x="0" y="11" width={1000 * share(earliest)} height="6" className="fill-unknown opacity-30" />
          )}
          <rect
            x="0"
            y="11"
            width={1000 * share(shown)}
            height="6"
            className={at === null ? "fill-primary opacity-40" : "fill-past opacity-50"}
          />
          {ticksOf(alarms, from, to).map(({ x, severity }) => (
            <line
              key={x}
              x1={1000 * x}
              x2={1000 * x}
              y1="2"
              y2="26"
              vectorEffect="non-scaling-stroke"
              strokeWidth="2"
              className={strokes[severity]}
            />
          ))}
        </svg>
        <input
          type="range"
          aria-label="Moment"
          aria-valuetext={text}
          min={from}
          max={to}
          step={1000}
          value={shown}
          className="timeline absolute inset-x-0 top-0 h-7 w-full"
          data-past={at !== null}
          onChange={({ target }) => {
            travel.pause();
            const wanted = Number(target.value);
            travel.seek(wanted >= to - 1000 ? null : wanted);
          }}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -60, PageUp: 60 }[
              event.key
            ];
            if (by === undefined) return;
            event.preventDefault();
            travel.pause();
            travel.seek(Math.max(from, (at ?? now()) + by * (event.shiftKey ? 10 : 1) * stepOf(span)));
          }}
        />
        <div aria-hidden className="absolute inset-x-0 top-7 h-4 overflow-hidden text-[11px] text-muted tabular-nums">
          {dayTicks(from, to, span, timeZone).map(({ at: tick, label }) => (
            <span
              key={tick}
              className="absolute -translate-x-1/2 whitespace-nowrap"
              style={{ left: `${100 * share(tick)}%` }}
            >
              {label}
            </span>
          ))}
        </div>
      </div>
      {data?.truncated && (
        <p className="text-muted text-xs">More alarms than can be shown: the track has the first 2,000 of the span.</p>
      )}
    </section>
  );
}
