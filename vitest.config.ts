import { defineConfig } from "vitest/config";

const limits = { testTimeout: 60_000, hookTimeout: 120_000 };

const shared = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node"] } },
};

export default defineConfig({
  test: {
    // One thread fewer than cores, which is the default, leaves one of two cores idle.
    maxWorkers: "100%",
    projects: [
      {
        ...shared,
        test: {
          name: "fast",
          include: ["packages/*/src/**/*.test.ts", "workers/*/src/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/*.slow.test.ts", "**/*.mocked.test.ts"],
          // Test files share one module graph a thread: loading it again for each of them took half of all the time.
          isolate: false,
          ...limits,
        },
      },
      // These replace modules (`vi.mock`), which files of one module graph would all see.
      { ...shared, test: { name: "fast-mocked", include: ["packages/*/src/**/*.mocked.test.ts"], ...limits } },
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
