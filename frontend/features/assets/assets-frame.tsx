"use client";
// What the pages of the inventory have in common.
import type { ReactNode } from "react";
import { PageFrame } from "@/components/page-frame";

const pages = [
  { href: "/inventory/", label: "Devices" },
  { href: "/inventory/types/", label: "Device types" },
] as const;

type Props = { title: string; aside?: ReactNode; children: ReactNode };

export const AssetsFrame = (props: Props) => (
  <PageFrame label="Inventory" pages={pages} className="max-w-[120rem]" {...props} />
);
