import type { Metadata } from "next";
import { UpsPage } from "@/features/power/ups-page";

export const metadata: Metadata = { title: "UPS" };

export default function Page() {
  return <UpsPage />;
}
