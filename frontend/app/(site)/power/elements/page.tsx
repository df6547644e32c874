import type { Metadata } from "next";
import { ElementsPage } from "@/features/power/elements-page";

export const metadata: Metadata = { title: "Power elements" };

export default function Page() {
  return <ElementsPage />;
}
