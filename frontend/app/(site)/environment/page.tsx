import type { Metadata } from "next";
import { EnvironmentPage } from "@/features/environment/environment-page";

export const metadata: Metadata = { title: "Environment" };

export default function Page() {
  return <EnvironmentPage />;
}
