"use client";
// A rack as a list, from the top down: for those who read rather than look, and for paper.
import { EmptyView } from "@/components/state-views";
import { cn } from "@/lib/utils";
import type { Device, RackElevation } from "./assets-types";
import { wattsWords } from "./elevation-colors";
import { occupantsOf, positionWords, topOf, withoutPlace } from "./elevation-model";

type Line = { key: string; place: string; name: string; type: string; power: string; status: string; id?: number };

function lineOf(device: Device): Line {
  const type = device.device_type;
  return {
    ...{ key: `d${device.id}`, id: device.id, place: positionWords(device.position), name: device.name },
    type: [device.role, type && `${type.manufacturer} ${type.model}`].filter(Boolean).join(" · "),
    ...{ power: wattsWords(device.power) ?? "–", status: device.status },
  };
}

function linesOf(rack: RackElevation): Line[] {
  const standing = occupantsOf(rack).toSorted((a, b) => topOf(b.slot) - topOf(a.slot));
  const atSides = rack.devices.filter(({ position }) => position?.mount === "side");
  return [
    ...standing.map((each): Line => {
      if (each.kind === "device") return lineOf(each.device);
      const { id, kind, owner, reason } = each.reservation;
      const words = positionWords({ mount: "rack", ...each.slot });
      return { key: `r${id}`, place: words, name: owner || kind, type: reason, power: "", status: kind };
    }),
    ...[...atSides, ...withoutPlace(rack)].map(lineOf),
  ];
}

type Props = { rack: RackElevation; onOpen: (id: number) => void; className?: string };

export function ElevationTable({ rack, onOpen, className }: Props) {
  const lines = linesOf(rack);
  return (
    <section
      aria-label={`What is in ${rack.name}`}
      className={cn("min-h-0 overflow-auto rounded-lg border bg-surface print:overflow-visible", className)}
    >
      {lines.length === 0 ? (
        <EmptyView title="Nothing stands in this rack" />
      ) : (
        <table className="w-full border-collapse">
          <thead className="sticky top-0 bg-surface text-left text-muted text-xs">
            <tr>
              {["Place", "Name", "Type", "Power", "Status"].map((head) => (
                <th
                  key={head}
                  scope="col"
                  className={cn(
                    "px-3 py-2 font-medium",
                    head === "Power" && "text-right",
                    head === "Type" && "max-sm:hidden",
                  )}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ key, place, name, type, power, status, id }) => (
              <tr key={key} className="border-t">
                <td className="px-3 py-0.5 tabular-nums">{place}</td>
                <th scope="row" className="px-3 text-left font-medium">
                  {id === undefined ? (
                    name
                  ) : (
                    <button
                      type="button"
                      className="cursor-pointer py-1 text-left text-primary hover:underline print:text-foreground"
                      onClick={() => onOpen(id)}
                    >
                      {name}
                    </button>
                  )}
                </th>
                <td className="px-3 text-muted max-sm:hidden">{type}</td>
                <td className="whitespace-nowrap px-3 text-right tabular-nums">{power}</td>
                <td className="px-3">{status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
