import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

import { LongestFirst } from "./test/rig/longest-first.ts";
import { missingPartsReporter } from "./test/rig/missing-parts-reporter.ts";
import { pathWithPython } from "./test/rig/python-path.ts";

// Where a run leaves its results as JSON, for the count at the end of `make test`.
const results = process.env["ESTEIRA_TEST_RESULTS"];

// Compiling packages was most of what loading a test file cost.
process.env["NODE_COMPILE_CACHE"] ??= `${import.meta.dirname}/.cache/compiled`;
process.env["PATH"] = pathWithPython(process.env["PATH"] ?? "");

export default defineConfig({
  test: {
    pool: "forks", // tests start processes, change their environment and send signals
    // Files wait for processes and for time more than half of theirs. Vitest's own choice is one
    // fewer than there are processors: with two, one at a time.
    maxWorkers: availableParallelism() + 4,
    sequence: { sequencer: LongestFirst },
    expect: { poll: { timeout: 60_000, interval: 50 } }, // ends a hang; Vitest's own is a second
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
          // To start a process, and to load what tests share, is half a second of each file. So
          // what these share is the process: no module registers a hook while it is loaded
          // (`test/shared-process.test.ts`), and what a file changes of the process it puts back.
          isolate: false,
          globalSetup: [
            "test/rig/program.ts",
            "test/rig/kept-folder.ts",
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
