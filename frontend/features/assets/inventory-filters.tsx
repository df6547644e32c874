"use client";
// What of the inventory is listed; it lives in the address.
import { X } from "lucide-react";
import { SearchBox } from "@/components/search-box";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { useRacks, useRooms } from "@/lib/inventory";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { useDeviceTypes } from "./assets-api";
import { statuses } from "./assets-types";
import { TypeOptions } from "./device-fields";
import { filterKeys, useDeviceFilters, useFacets } from "./inventory-api";

const narrow = "min-w-28 flex-1 truncate pr-1 sm:w-[7.25rem] sm:flex-none";

type ChoiceProps = { label: string; filter: string; none: string; className?: string; children: React.ReactNode };

function Choice({ label, filter, none, className, children }: ChoiceProps) {
  const url = useUrlState();
  const value = url.search.get(filter) ?? "";
  return (
    <Select
      aria-label={label}
      className={cn(narrow, value && "border-primary", className)}
      value={value}
      onChange={({ target }) => url.set({ [filter]: target.value, ...(filter === "room" && { rack: null }) })}
    >
      <option value="">{none}</option>
      {children}
    </Select>
  );
}

const texts = (all: string[] | undefined) =>
  all?.map((each) => (
    <option key={each} value={each}>
      {each}
    </option>
  ));

export function InventoryFilters({ site }: { site: string }) {
  const url = useUrlState();
  const filters = useDeviceFilters();
  const facets = useFacets(site).data;
  const types = useDeviceTypes().data?.items;
  const rooms = useRooms(site).data?.items;
  const racks = useRacks(site).data?.items.filter(({ room_id }) => !filters.room || String(room_id) === filters.room);
  const given = filterKeys.filter((key) => key !== "sort" && filters[key]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search devices"
        title="Names, serials, asset tags, addresses, tags, models, owners and notes; exact ones come first"
        placeholder="Search"
        className="w-full flex-none sm:w-60"
      />
      <Choice label="Room" filter="room" none="All rooms">
        {rooms?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice label="Rack" filter="rack" none="All racks">
        {racks?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice label="Role" filter="role" none="All roles">
        {texts(facets?.roles)}
      </Choice>
      <Choice label="Status" filter="status" none="All statuses">
        {texts([...statuses])}
      </Choice>
      <Choice label="Device type" filter="type" none="All types" className="max-md:hidden">
        <TypeOptions types={types} />
      </Choice>
      <Choice label="Owner" filter="owner" none="All owners" className="max-md:hidden">
        {texts(facets?.owners)}
      </Choice>
      <Choice label="Tag" filter="tag" none="All tags" className="max-md:hidden">
        {texts(facets?.tags)}
      </Choice>
      {given.length > 0 && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => url.set(Object.fromEntries(given.map((key) => [key, null])))}
        >
          <X aria-hidden /> Clear
        </Button>
      )}
    </div>
  );
}
