"use client";
// What is being moved, where to, and what speaks for or against it; also what can be done with what is chosen. Always there at the same
// height: nothing jumps while something is held.
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Ban,
  CalendarClock,
  Check,
  CircleAlert,
  Plus,
  TriangleAlert,
  X,
} from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/utils";
import type { RackElevation, Verdict } from "./assets-types";
import type { Place } from "./elevation-area";
import { faceWords, type Target, uWords } from "./elevation-model";
import { type Moving, refusalOf, warningsOf } from "./use-moving";

type BarProps = { tone?: "good" | "warning" | "critical"; className?: string; children: ReactNode };

export function Bar({ tone, className, children }: BarProps) {
  return (
    <div
      className={cn(
        "flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 rounded-md border bg-surface px-3 py-1.5 print:hidden",
        tone === "good" && "border-good",
        tone === "warning" && "border-warning",
        tone === "critical" && "border-critical",
        className,
      )}
    >
      {children}
    </div>
  );
}

function Words({ problem, verdicts, failed }: { problem?: string; verdicts?: Verdict[]; failed: Error | null }) {
  const refused = problem ?? (verdicts?.some(({ ok }) => !ok) ? refusalOf(verdicts) : undefined);
  if (refused) {
    return (
      <span className="flex items-center gap-1.5 text-critical" data-testid="verdict">
        <Ban aria-hidden className="size-4 shrink-0" />
        {refused}
      </span>
    );
  }
  if (!verdicts) {
    return (
      <span className="text-muted" data-testid="verdict">
        Space is free;{" "}
        {failed ? `power, weight and feeds are not known: ${failed.message}` : "power, weight and feeds …"}
      </span>
    );
  }
  const warnings = warningsOf(verdicts);
  const [first] = verdicts;
  return warnings.length ? (
    <span className="flex items-center gap-1.5 text-warning" data-testid="verdict">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      Space is free, but {warnings.join("; ")}
    </span>
  ) : (
    <span className="flex flex-wrap items-center gap-x-1.5 text-good" data-testid="verdict">
      <Check aria-hidden className="size-4 shrink-0" />
      Fits
      {first && (
        <span className="text-muted">
          {[first.power, first.weight, first.feeds].flatMap(({ text }) => text || []).join(" · ")}
        </span>
      )}
    </span>
  );
}

type Props = { moving: Moving; racks: RackElevation[] };

export function VerdictBar({ moving, racks }: Props) {
  const { held, target, problem, verdicts, failed } = moving;
  if (!held) return null;
  const rack = racks.find(({ id }) => id === target?.rackId);
  const what = held.devices.length === 1 ? held.anchor.name : `${held.devices.length} devices`;
  const tone = !target
    ? undefined
    : problem || verdicts?.some(({ ok }) => !ok)
      ? "critical"
      : verdicts && warningsOf(verdicts).length
        ? "warning"
        : "good";
  return (
    <Bar tone={tone}>
      <strong className="font-semibold" aria-live="polite">
        {what} {target ? `→ ${rack?.name} ${placeWords(target)}` : "→ …"}
      </strong>
      {target ? (
        <Words problem={problem} verdicts={verdicts} failed={failed} />
      ) : (
        <span className="flex items-center gap-1.5 text-muted">
          <CircleAlert aria-hidden className="size-4" /> Outside the racks: stays where it is
        </span>
      )}
      {held.by === "keys" && (
        <span className="ml-auto flex items-center gap-1">
          {(
            [
              ["ArrowLeft", "To the left", ArrowLeft],
              ["ArrowUp", "Up a U", ArrowUp],
              ["ArrowDown", "Down a U", ArrowDown],
              ["ArrowRight", "To the right", ArrowRight],
            ] as const
          ).map(([key, label, Icon]) => (
            <Button key={key} size="tiny" variant="ghost" aria-label={label} onClick={() => moving.carry(key)}>
              <Icon aria-hidden />
            </Button>
          ))}
          <Button size="small" onClick={moving.cancel}>
            Cancel
          </Button>
          <Button size="small" variant="primary" disabled={Boolean(problem)} onClick={moving.drop}>
            Drop here
          </Button>
        </span>
      )}
    </Bar>
  );
}

const placeWords = ({ u, view }: Target) => `${uWords({ u, height_u: 1 })}, ${view}`;

type PlaceBarProps = {
  place: Place;
  rack: RackElevation | undefined;
  onAdd: () => void;
  onKeep: (kind: "reserved" | "blocked") => void;
  onClose: () => void;
};

/** What can be done with a free U. */
export function PlaceBar({ place, rack, onAdd, onKeep, onClose }: PlaceBarProps) {
  const first = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is another question
  useEffect(() => first.current?.focus(), [place]);
  return (
    <Bar>
      <strong className="font-semibold">
        {rack?.name}, U {place.u}, {faceWords[place.view]}
      </strong>
      <span className="text-muted">is free</span>
      <Button
        size="icon"
        variant="ghost"
        aria-label="Close"
        className="ml-auto sm:order-last sm:ml-0"
        onClick={onClose}
      >
        <X aria-hidden />
      </Button>
      <span className="flex flex-wrap gap-2 sm:ml-auto">
        <Button ref={first} size="small" variant="primary" onClick={onAdd}>
          <Plus aria-hidden /> Add a device
        </Button>
        <Button size="small" onClick={() => onKeep("reserved")}>
          <CalendarClock aria-hidden /> Reserve
        </Button>
        <Button size="small" onClick={() => onKeep("blocked")}>
          <Ban aria-hidden /> Block
        </Button>
      </span>
    </Bar>
  );
}

type ChosenBarProps = { count: number; onMove: (() => void) | undefined; onClear: () => void };

export function ChosenBar({ count, onMove, onClear }: ChosenBarProps) {
  return (
    <Bar>
      <strong className="font-semibold">{count} chosen</strong>
      <span className="ml-auto flex gap-2">
        {onMove && (
          <Button size="small" variant="primary" onClick={onMove}>
            Move
          </Button>
        )}
        <Button size="small" onClick={onClear}>
          Choose none
        </Button>
      </span>
    </Bar>
  );
}
