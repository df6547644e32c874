// A row of buttons of which one is down: a choice of a few that are worth seeing all at once.
import { cn } from "@/lib/utils";

type Segment<T> = { value: T; label: string; title?: string };

type Props<T> = { label: string; segments: Segment<T>[]; chosen: T; onChoose: (value: T) => void };

export function Segments<T extends string | null>({ label, segments, chosen, onChoose }: Props<T>) {
  return (
    <fieldset className="flex rounded-md border">
      <legend className="sr-only">{label}</legend>
      {segments.map(({ value, label: word, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          title={title}
          className={cn(
            "h-8 cursor-pointer border-l px-2.5 first-of-type:rounded-l-md first-of-type:border-l-0 last:rounded-r-md hover:bg-raised",
            value === chosen ? "bg-raised font-medium" : "text-muted",
          )}
          onClick={() => onChoose(value)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}
