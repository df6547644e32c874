import type { Metadata } from "next";
import { PowerPage } from "@/features/power/power-page";

export const metadata: Metadata = { title: "Power" };

export default function Page() {
  return <PowerPage />;
}
