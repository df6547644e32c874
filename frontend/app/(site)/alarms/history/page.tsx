import type { Metadata } from "next";
import { HistoryPage } from "@/features/alarms/history-page";

export const metadata: Metadata = { title: "Alarm history" };

export default function Page() {
  return <HistoryPage />;
}
