"use client";
import type { ComponentProps } from "react";
import { severities } from "@/lib/alarms";
import { severityLooks } from "./severity-badge";
import { Select } from "./ui/field";

export function SeveritySelect(props: ComponentProps<"select">) {
  return (
    <Select {...props}>
      {severities.map((severity) => (
        <option key={severity} value={severity}>
          {severityLooks[severity].word}
        </option>
      ))}
    </Select>
  );
}
