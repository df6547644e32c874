import type { Metadata } from "next";
import { FloorPlanPage } from "@/features/floor-plan/floor-plan-page";

export const metadata: Metadata = { title: "Floor plan" };

export default function Page() {
  return <FloorPlanPage />;
}
