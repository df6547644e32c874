"use client";
// Which columns of a table are shown; the address holds those that are not.
import { Columns3 } from "lucide-react";
import { useMemo } from "react";
import { useUrlState } from "@/lib/session";
import type { Column } from "./data-table";
import { Button } from "./ui/button";
import { Menu, MenuCheckItem, MenuContent, MenuTrigger } from "./ui/menu";

export function useChosenColumns<T>(columns: Column<T>[]) {
  const hidden = useUrlState().search.get("hide") ?? "";
  return useMemo(() => columns.filter(({ key }) => !hidden.split(",").includes(key)), [columns, hidden]);
}

export function ColumnChoice<T>({ columns }: { columns: Column<T>[] }) {
  const url = useUrlState();
  const hidden = (url.search.get("hide") ?? "").split(",").filter(Boolean);
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
              onCheckedChange={() =>
                url.set({ hide: (shown ? [...hidden, key] : hidden.filter((each) => each !== key)).join(",") })
              }
            >
              {label}
            </MenuCheckItem>
          );
        })}
      </MenuContent>
    </Menu>
  );
}
