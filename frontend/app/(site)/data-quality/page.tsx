import type { Metadata } from "next";
import { DataQualityPage } from "@/features/data-quality/data-quality-page";

export const metadata: Metadata = { title: "Data quality" };

export default function Page() {
  return <DataQualityPage />;
}
