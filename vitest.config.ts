import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["@tocsin/source", "module", "node", "development|production"] } },
  test: {
    include: ["{packages,apps}/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts"],
    // Most tests wait for a socket or a disk, so every core gets a worker.
    maxWorkers: "100%",
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
