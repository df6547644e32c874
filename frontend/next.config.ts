import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";

const base: NextConfig = {
  trailingSlash: true,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Two builds of one commit are the same, byte for byte.
  generateBuildId: () => process.env.GIT_SHA ?? "dev",
  turbopack: { root: import.meta.dirname },
};

// Pages for those who build pages (page.dev.tsx): while developing, and in an export that asks for them.
const pageExtensions = (dev: boolean) => [
  "tsx",
  "ts",
  ...(dev || process.env.DCIM_DEV_PAGES === "1" ? ["dev.tsx"] : []),
];

export default (phase: string): NextConfig =>
  phase === PHASE_DEVELOPMENT_SERVER
    ? {
        ...base,
        pageExtensions: pageExtensions(true),
        skipTrailingSlashRedirect: true,
        rewrites: async () => [{ source: "/api/:path*", destination: "http://127.0.0.1:8080/api/:path*" }],
      }
    : { ...base, pageExtensions: pageExtensions(false), output: "export" };
