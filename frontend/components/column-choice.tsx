"use client";
// Which columns of a table are shown; the address holds those that are not, when it is another choice than the standard one.
import { Columns3 } from "lucide-react";
import { useMemo } from "react";
import { useUrlState } from "@/lib/session";
import type { Column } from "./data-table";
import { Button } from "./ui/button";
import { Menu, MenuCheckItem, MenuContent, MenuTrigger } from "./ui/menu";

/** Nothing hidden, where the standard hides something. */
const nothing = "none";

function useHidden(standard: string[]) {
  const given = useUrlState().search.get("hide") ?? standard.join(",");
  return useMemo(() => given.split(",").filter((key) => key && key !== nothing), [given]);
}

/** `standard`: those that are hidden until somebody wants them. */
export function useChosenColumns<T>(columns: Column<T>[], standard: string[] = []) {
  const hidden = useHidden(standard);
  return useMemo(() => columns.filter(({ key }) => !hidden.includes(key)), [columns, hidden]);
}

export function ColumnChoice<T>({ columns, standard = [] }: { columns: Column<T>[]; standard?: string[] }) {
  const url = useUrlState();
  const hidden = useHidden(standard);
  const choose = (keys: string[]) => {
    const own = keys.toSorted().join(",");
    url.set({ hide: own === standard.toSorted().join(",") ? null : own || nothing });
  };
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button size="small" className="max-md:hidden">
          <Columns3 aria-hidden />
          Columns
        </Button>
      </MenuTrigger>
      <MenuContent>
        {columns.map(({ key, label }) => {
          const shown = !hidden.includes(key);
          return (
            <MenuCheckItem
              key={key}
              checked={shown}
              // One is left.
              disabled={shown && hidden.length >= columns.length - 1}
              onCheckedChange={() => choose(shown ? [...hidden, key] : hidden.filter((each) => each !== key))}
            >
              {label}
            </MenuCheckItem>
          );
        })}
      </MenuContent>
    </Menu>
  );
}
