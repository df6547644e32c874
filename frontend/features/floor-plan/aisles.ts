// Which racks breathe from an aisle, and how warm it is: from the inlets in front of a cold aisle, from the outlets behind a hot one.
import { beforeFront, behindRear, contains } from "./geometry";
import { averageOf, type RackSensors, type Source } from "./layers";
import type { Aisle, Plan, PlanRack } from "./plan-api";

/** So far beyond the door one stands in the aisle. */
const reachM = 0.3;

export function racksAt(aisle: Aisle, racks: PlanRack[]) {
  const point = aisle.type === "cold" ? beforeFront : behindRear;
  return racks.filter(({ placement }) => placement && contains(aisle, point(placement, reachM)));
}

/** Found once per plan, asked for with every frame. */
export function sensorsOfAisles(plan: Plan, sensors: ReadonlyMap<number, RackSensors>) {
  return plan.aisles.map((aisle) =>
    racksAt(aisle, plan.racks).flatMap(({ id }) => {
      const rack = sensors.get(id);
      return (aisle.type === "cold" ? rack?.inlet : rack?.outlet) ?? [];
    }),
  );
}

export type AisleFigure = { average: number | null; used: number; expected: number };

export const aisleFigures = (sensors: ReturnType<typeof sensorsOfAisles>, source: Source): AisleFigure[] =>
  sensors.map((of) => averageOf(of, source));
