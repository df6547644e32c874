"use client";
// When the draft would have fired, by the same engine on the stored history; before it is saved.
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { SourcePath } from "@/components/alarm-source";
import { Moment } from "@/components/moment";
import { SeverityBadge } from "@/components/severity-badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { breadcrumbOf } from "@/lib/alarms";
import type { AlarmRuleDocument, AlarmRuleTest } from "@/lib/api";
import { formatDuration, formatNumber } from "@/lib/format";
import { useTestRule } from "./alarms-api";

const shownFirings = 100;

function Result({ result, unit, timeZone }: { result: AlarmRuleTest; unit: string; timeZone: string }) {
  const days = Math.max(1, Math.round((Date.parse(result.to) - Date.parse(result.from)) / 86_400_000));
  return (
    <div className="grid gap-2" data-testid="rule-test-result">
      <p>
        It would have fired <strong className="tabular-nums">{result.total}</strong>{" "}
        {result.total === 1 ? "time" : "times"} in {days === 1 ? "a day" : `${days} days`}
        {result.total > 0 && days > 1 && ` (${formatNumber(result.total / days, "")} a day)`}, judged on{" "}
        <span className="tabular-nums">{result.readings.toLocaleString("en")}</span> readings of {result.sensors}{" "}
        {result.sensors === 1 ? "sensor" : "sensors"}.
      </p>
      {result.firings.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <div className="max-h-72 overflow-auto rounded-md border" tabIndex={0}>
          <table className="w-full min-w-[34rem] border-collapse" aria-label="Firings">
            <thead className="sticky top-0 bg-surface text-left text-muted text-xs">
              <tr>
                {["Raised", "Severity", "Source"].map((label) => (
                  <th key={label} scope="col" className="px-2 py-1.5 font-medium">
                    {label}
                  </th>
                ))}
                <th scope="col" className="px-2 py-1.5 text-right font-medium">
                  Farthest {unit && `${unit}`}
                </th>
                <th scope="col" className="px-2 py-1.5 text-right font-medium">
                  Held
                </th>
              </tr>
            </thead>
            <tbody>
              {result.firings.slice(-shownFirings).map((firing) => (
                <tr key={`${firing.raised_at} ${breadcrumbOf(firing.source)}`} className="border-t">
                  <td className="px-2 py-1">
                    <Moment iso={firing.raised_at} timeZone={timeZone} />
                  </td>
                  <td className="px-2">
                    <SeverityBadge severity={firing.severity} />
                  </td>
                  <td className="max-w-48 truncate px-2">
                    <SourcePath source={firing.source} />
                  </td>
                  <td className="px-2 text-right tabular-nums">{formatNumber(firing.peak, unit)}</td>
                  <td className="whitespace-nowrap px-2 text-right tabular-nums">
                    {firing.cleared_at
                      ? formatDuration((Date.parse(firing.cleared_at) - Date.parse(firing.raised_at)) / 1000)
                      : "still"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {result.total > shownFirings && <p className="text-muted text-xs">The newest {shownFirings} are listed.</p>}
    </div>
  );
}

type Props = {
  site: string;
  unit: string;
  timeZone: string;
  /** Undefined: the draft cannot be tested yet. */
  document: () => AlarmRuleDocument | undefined;
  onError: (error: Error) => void;
};

export function RuleTest({ site, unit, timeZone, document, onError }: Props) {
  const [days, setDays] = useState(7);
  const test = useTestRule(site);
  return (
    <section aria-label="Test on history" className="grid gap-3 rounded-md bg-raised p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">Test on history</h3>
        <span className="flex items-center gap-2">
          <Select
            aria-label="On which span"
            className="w-auto"
            value={days}
            onChange={({ target }) => setDays(Number(target.value))}
          >
            {[1, 7, 30].map((each) => (
              <option key={each} value={each}>
                {each === 1 ? "Last day" : `Last ${each} days`}
              </option>
            ))}
          </Select>
          <Button
            disabled={test.isPending}
            onClick={() => {
              const rule = document();
              if (rule) test.mutate({ rule, days }, { onError });
            }}
          >
            <FlaskConical aria-hidden />
            {test.isPending ? "Testing …" : "Test"}
          </Button>
        </span>
      </div>
      {test.error ? (
        <p role="alert" className="text-critical">
          {test.error.message}
        </p>
      ) : test.data ? (
        <Result result={test.data} unit={unit} timeZone={timeZone} />
      ) : (
        <p className="text-muted text-xs">
          Says when this draft would have fired, and for how long, before it is saved.
        </p>
      )}
    </section>
  );
}
