import type { Metadata } from "next";
import { ActivePage } from "@/features/alarms/active-page";

export const metadata: Metadata = { title: "Active alarms" };

export default function Page() {
  return <ActivePage />;
}
