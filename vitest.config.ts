import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

import { missingPartsReporter } from "./test/rig/missing-parts-reporter.ts";

// Where a run leaves its results as JSON, for the count at the end of `make test`.
const results = process.env["ESTEIRA_TEST_RESULTS"];

export default defineConfig({
  test: {
    pool: "forks", // tests start processes, change their environment and send signals
    // Most files wait for processes most of the time. Vitest's own choice is one fewer than there
    // are processors: with two, one at a time.
    maxWorkers: availableParallelism() + 1,
    reporters: [
      "default",
      missingPartsReporter((text) => process.stdout.write(text)),
      ...(results === undefined
        ? []
        : [["json", { outputFile: `${results}/vitest.json` }] as const]),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "web/**/*.test.ts"],
          testTimeout: 60_000, // ends a hang, on a busy machine too
          isolate: false, // they are of pure parts: one process can load these for all of them
        },
      },
      {
        extends: true,
        // These start processes and containers; the limits end a hang, they don't time anything.
        test: {
          name: "integration",
          include: ["test/**/*.test.ts"],
          globalSetup: [
            "test/rig/program.ts",
            "test/aws/rig/moto-pool.ts",
            "test/models/rig/mlflow-pool.ts",
          ],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
