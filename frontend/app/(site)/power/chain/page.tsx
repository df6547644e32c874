import type { Metadata } from "next";
import { ChainPage } from "@/features/power/chain-page";

export const metadata: Metadata = { title: "Power chain" };

export default function Page() {
  return <ChainPage />;
}
