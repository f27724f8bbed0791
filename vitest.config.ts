import { defineConfig } from "vitest/config";

const shared = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "module", "node"] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "fast",
          include: ["packages/*/src/**/*.test.ts", "workers/*/src/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/*.slow.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "slow",
          include: ["packages/*/src/**/*.slow.test.ts", "workers/*/src/**/*.slow.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
