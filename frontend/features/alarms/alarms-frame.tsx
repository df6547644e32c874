"use client";
// What the alarm pages have in common.
import type { ReactNode } from "react";
import { PageFrame } from "@/components/page-frame";

const pages = [
  { href: "/alarms/", label: "Active" },
  { href: "/alarms/history/", label: "History" },
  { href: "/alarms/rules/", label: "Rules" },
] as const;

type Props = { title: string; aside?: ReactNode; children: ReactNode };

export const AlarmsFrame = (props: Props) => <PageFrame label="Alarms" pages={pages} {...props} />;
