import type { Metadata } from "next";
import { RulesPage } from "@/features/alarms/rules-page";

export const metadata: Metadata = { title: "Alarm rules" };

export default function Page() {
  return <RulesPage />;
}
