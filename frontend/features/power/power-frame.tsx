"use client";
// What the pages of power share: the way between them, and the drawer that explains a figure, which the address holds.
import type { ReactNode } from "react";
import { PageFrame } from "@/components/page-frame";
import type { Site } from "@/lib/api";
import { ExplainDrawer } from "./explain-drawer";

const pages = [
  { href: "/power/", label: "Overview" },
  { href: "/power/ups/", label: "UPS" },
  { href: "/power/rack/", label: "Racks" },
  { href: "/power/chain/", label: "Chain" },
  { href: "/power/elements/", label: "Elements" },
] as const;

type Props = {
  site: Site | undefined;
  aside?: ReactNode;
  /** True: it has the height of the screen, and a list in it scrolls. */
  fixed?: boolean;
  children: ReactNode;
};

export function PowerFrame({ site, aside, fixed = false, children }: Props) {
  return (
    <PageFrame
      title="Power"
      label="Power"
      pages={pages}
      aside={aside}
      className={fixed ? undefined : "h-auto gap-4 lg:h-auto"}
    >
      {children}
      {site && <ExplainDrawer site={site} />}
    </PageFrame>
  );
}
