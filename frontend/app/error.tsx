"use client";
import { ErrorView } from "@/components/state-views";

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="p-6">
      <ErrorView title="This page has failed" detail={error.message} onRetry={reset} />
    </main>
  );
}
