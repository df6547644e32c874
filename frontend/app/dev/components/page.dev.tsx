import type { Metadata } from "next";
import { ComponentsPage } from "@/features/dev/components-page";

export const metadata: Metadata = { title: "Components" };

export default function Page() {
  return <ComponentsPage />;
}
