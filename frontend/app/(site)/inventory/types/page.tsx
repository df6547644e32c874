import type { Metadata } from "next";
import { TypesPage } from "@/features/assets/types-page";

export const metadata: Metadata = { title: "Device types" };

export default function Page() {
  return <TypesPage />;
}
