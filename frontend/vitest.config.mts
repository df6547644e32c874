import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  test: {
    environment: "jsdom",
    include: ["{components,features,lib}/**/*.test.{ts,tsx}"],
    setupFiles: ["./vitest.setup.tsx"],
    restoreMocks: true,
    testTimeout: 20_000, // a slow machine is no fault
  },
});
