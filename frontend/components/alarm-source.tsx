// Where an alarm comes from, from the room inward.
import { Fragment } from "react";
import { breadcrumbOf } from "@/lib/alarms";
import type { AlarmSource } from "@/lib/api";

export function SourcePath({ source }: { source: AlarmSource }) {
  const parts = breadcrumbOf(source);
  return (
    <span title={parts.join(" › ")} className="truncate">
      {parts.map((part, at) => (
        <Fragment key={part}>
          {at > 0 && (
            <span aria-hidden className="mx-1 text-muted">
              ›
            </span>
          )}
          <span className={at === parts.length - 1 ? undefined : "text-muted"}>{part}</span>
        </Fragment>
      ))}
    </span>
  );
}
