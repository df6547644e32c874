// How the air's verdicts and indices look and are called: a word and a glyph beside each colour.
import { WordBadge } from "@/components/word-badge";
import type { AirVerdict, Compliance } from "@/lib/api";
import { noValue } from "@/lib/format";
import { cn } from "@/lib/utils";

type Share = Compliance["rooms"][number]["share"];

const verdicts = {
  recommended: { word: "Recommended", glyph: "●", text: "text-good", solid: "bg-good" },
  allowable: { word: "Allowable", glyph: "▲", text: "text-warning", solid: "bg-warning" },
  outside: { word: "Outside", glyph: "◆", text: "text-critical", solid: "bg-critical" },
  "no-data": { word: "No data", glyph: "○", text: "text-unknown", solid: "hatched" },
} as const satisfies Record<AirVerdict, object>;

export const VerdictBadge = ({ verdict }: { verdict: AirVerdict }) => <WordBadge {...verdicts[verdict]} />;

/** As Herrlin has it, who made the index. */
export function rciWord(index: number) {
  if (index >= 96) return { word: "good", text: "text-good" };
  return index > 90 ? { word: "acceptable", text: "text-warning" } : { word: "poor", text: "text-critical" };
}

export function Rci({ label, index }: { label: string; index: number | null }) {
  const rating = index === null ? undefined : rciWord(index);
  return (
    <div>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="whitespace-nowrap tabular-nums">
        <span className="font-semibold text-lg">{index === null ? noValue : index.toFixed(1)}</span>
        <span className="text-muted"> % </span>
        <span className={cn("text-xs", rating?.text ?? "text-muted")}>{rating?.word ?? "not known"}</span>
      </dd>
    </div>
  );
}

export const percent = (share: number) => {
  const hundredths = share * 100;
  // What is a little is not nothing, and nearly all is not all.
  if (hundredths > 0 && hundredths < 0.1) return "< 0.1";
  if (hundredths > 99.9 && hundredths < 99.9999) return "> 99.9";
  return hundredths.toLocaleString("en", { maximumFractionDigits: 1 });
};

/** Shares of a whole as one bar, and in words. */
export function ShareBar({ label, share, unit }: { label: string; share: Share; unit: (part: number) => string }) {
  const parts = [
    { ...verdicts.recommended, part: share.recommended },
    { ...verdicts.allowable, part: share.allowable },
    { ...verdicts.outside, part: share.outside },
    { ...verdicts["no-data"], part: share.no_data },
  ];
  const whole = parts.reduce((sum, { part }) => sum + part, 0) || 1;
  return (
    <div className="grid gap-1.5">
      <p className="text-muted text-xs">{label}</p>
      <div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-full bg-raised">
        {parts.map(({ word, solid, part }) => (
          <span key={word} className={solid} style={{ width: `${(part / whole) * 100}%` }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs">
        {parts
          .filter(({ part }) => part > 0)
          .map(({ word, glyph, text, part }) => (
            <li key={word} className="inline-flex items-center gap-1 whitespace-nowrap">
              <span aria-hidden className={cn("text-[0.7em]", text)}>
                {glyph}
              </span>
              {word} <span className="text-muted tabular-nums">{unit(part)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}
