import type { Metadata } from "next";
import { RacksPage } from "@/features/assets/racks-page";

export const metadata: Metadata = { title: "Racks" };

export default function Page() {
  return <RacksPage />;
}
