import { type ReactNode, Suspense } from "react";
import { AppShell } from "@/components/app-shell";

export default function SiteLayout({ children }: { children: ReactNode }) {
  return (
    <Suspense>
      <AppShell>{children}</AppShell>
    </Suspense>
  );
}
