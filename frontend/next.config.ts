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

export default (phase: string): NextConfig =>
  phase === PHASE_DEVELOPMENT_SERVER
    ? {
        ...base,
        skipTrailingSlashRedirect: true,
        rewrites: async () => [{ source: "/api/:path*", destination: "http://127.0.0.1:8080/api/:path*" }],
      }
    : { ...base, output: "export" };
