// What is lost between the incomer and the racks, stage by stage: how much of what went in, measured or by the losses model.
import { EmptyView } from "@/components/state-views";
import { Card } from "@/components/ui/card";
import { formatNumber, formatShare } from "@/lib/format";
import { cn } from "@/lib/utils";
import { ExplainButton } from "./figure";
import { methodWords } from "./looks";
import type { Stage } from "./power-types";

export function StageLosses({ stages }: { stages: Stage[] }) {
  const largest = Math.max(0.001, ...stages.map(({ loss_kw }) => loss_kw ?? 0));
  return (
    <Card className="flex min-w-0 flex-col gap-3 p-4" aria-label="Losses per stage">
      <div className="flex items-center gap-1">
        <h2 className="font-medium">Losses per stage</h2>
        <ExplainButton figure="losses" label="Losses" />
      </div>
      {stages.length === 0 && (
        <EmptyView title="No stage is known">Elements with a rating and losses bring them.</EmptyView>
      )}
      <ul className="grid gap-3">
        {stages.map(({ stage, loss_kw, in_kw, out_kw, method, reporting, expected }) => {
          const efficiency = in_kw !== null && out_kw !== null && in_kw > 0 ? out_kw / in_kw : null;
          return (
            <li key={stage} className="grid gap-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-2">
                <span className="font-medium first-letter:uppercase">{stage}</span>
                <span className="whitespace-nowrap tabular-nums">
                  <span className="font-semibold">{formatNumber(loss_kw, "kW")}</span> kW
                </span>
              </div>
              <span
                aria-hidden
                className={cn("h-2 overflow-hidden rounded-sm bg-raised", loss_kw === null && "hatched")}
              >
                <span
                  className="block h-full bg-[var(--chart-3)]"
                  style={{ width: `${(Math.max(0, loss_kw ?? 0) / largest) * 100}%` }}
                />
              </span>
              <p className="flex flex-wrap gap-x-2 text-muted text-xs tabular-nums">
                <span>
                  {formatNumber(in_kw, "kW")} → {formatNumber(out_kw, "kW")} kW
                </span>
                {efficiency !== null && (
                  <span>{efficiency > 1 ? "less than the meters tell" : `${formatShare(efficiency)} come out`}</span>
                )}
                <span className={cn(method !== "measured" && "text-info")}>{methodWords[method] ?? method}</span>
                {reporting < expected && (
                  <span className="text-warning">
                    {reporting} of {expected} report
                  </span>
                )}
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
