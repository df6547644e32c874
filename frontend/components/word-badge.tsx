// A state as it is told everywhere: a glyph and a word, and a colour beside them, never colour alone.
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

/** `glyph`: a character, or an icon that is hidden from those who hear the word. `text`: the class of its colour. */
export function WordBadge({ word, glyph, text }: { word: string; glyph: ReactNode; text: string }) {
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", text)}>
      {typeof glyph === "string" ? (
        <span aria-hidden className="text-[0.7em]">
          {glyph}
        </span>
      ) : (
        glyph
      )}
      {/* The word, not the glyph, stands on the line of what is beside it. */}
      <span className="self-baseline">{word}</span>
    </span>
  );
}
