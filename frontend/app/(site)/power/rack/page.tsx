import type { Metadata } from "next";
import { RackPowerPage } from "@/features/power/rack-page";

export const metadata: Metadata = { title: "Rack power" };

export default function Page() {
  return <RackPowerPage />;
}
