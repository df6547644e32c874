"use client";
// Above the plan: which room, which metric, and what else can be done.
import { Pencil, Table2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import type { Room } from "@/lib/api";
import { cn } from "@/lib/utils";
import { type Layer, layerKeys, layers } from "./layers";

type Choice = { value: string; label: string };

/** Buttons where there is room, a list where there is not. */
function Choose({
  label,
  all,
  value,
  most,
  onChoose,
}: {
  label: string;
  all: Choice[];
  value: string;
  most: number;
  onChoose: (value: string) => void;
}) {
  const few = all.length <= most;
  return (
    <>
      {few && (
        <fieldset aria-label={label} className="flex rounded-md border bg-surface p-0.5 max-lg:hidden">
          {all.map((each) => (
            <button
              key={each.value}
              type="button"
              aria-pressed={each.value === value}
              className={cn(
                "h-7.5 cursor-pointer whitespace-nowrap rounded px-2.5 text-muted hover:text-foreground",
                each.value === value && "bg-raised font-medium text-foreground",
              )}
              onClick={() => onChoose(each.value)}
            >
              {each.label}
            </button>
          ))}
        </fieldset>
      )}
      <Select
        aria-label={label}
        className={cn("w-auto min-w-0 max-sm:flex-1", few && "lg:hidden")}
        value={value}
        onChange={({ target }) => onChoose(target.value)}
      >
        {all.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </Select>
    </>
  );
}

type Props = {
  rooms: Room[];
  room: Room;
  layer: Layer;
  table: boolean;
  editing: boolean;
  /** Undefined: it may not be edited, by this role or now. */
  onEdit: (() => void) | undefined;
  onRoom: (room: Room) => void;
  onLayer: (key: string) => void;
  onTable: () => void;
};

export function PlanToolbar({ rooms, room, layer, table, editing, onEdit, onRoom, onLayer, onTable }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <h1 className="font-semibold text-lg max-sm:sr-only">Floor plan</h1>
      {/* While a room is edited, it is the one. */}
      {editing ? (
        <span className="font-medium">{room.name}</span>
      ) : (
        <Choose
          label="Room"
          most={4}
          all={rooms.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={String(room.id)}
          onChoose={(value) => {
            const next = rooms.find(({ id }) => String(id) === value);
            if (next) onRoom(next);
          }}
        />
      )}
      <Choose
        label="Layer"
        most={8}
        all={layerKeys.map((key) => ({ value: key, label: layers[key].label }))}
        value={layer.key}
        onChoose={onLayer}
      />
      <div className="ml-auto flex gap-2">
        {!editing && (
          <Button aria-pressed={table} className={cn(table && "bg-raised")} title="Table (t)" onClick={onTable}>
            <Table2 aria-hidden /> <span className="max-sm:sr-only">Table</span>
          </Button>
        )}
        {onEdit && (
          <Button title="Edit the plan (e)" onClick={onEdit}>
            <Pencil aria-hidden /> <span className="max-sm:sr-only">Edit</span>
          </Button>
        )}
      </div>
    </div>
  );
}
