import { join } from "node:path";

import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, in seconds of a quiet machine with nothing beside them. Such a file
 * that begins last keeps all others waiting for it, with one processor at work.
 */
export const longest: Readonly<Record<string, number>> = {
  "test/packages/step-helper.test.ts": 137,
  "test/cli/guides.test.ts": 100,
  "test/contract/aws.test.ts": 80,
  "test/contract/local.test.ts": 78,
  "test/executors/environments.test.ts": 75,
  "test/models/mlflow.test.ts": 57,
  "test/governance/flow.test.ts": 50,
  "test/console/accessibility.test.ts": 50,
  "test/fuzz/fuzz.test.ts": 45,
  "test/governance/guide.test.ts": 40,
  "test/cli/shared-packages.test.ts": 40,
  "test/cli/test-requirements.test.ts": 40,
  "test/hostile/expressions.test.ts": 39,
  "test/cli/locks.test.ts": 38,
  "test/packages/wheel.test.ts": 32,
  "test/executors/docker-build.test.ts": 30,
  "test/aws/proofs/faults.test.ts": 30,
  "test/cli/notebooks.test.ts": 25,
  "test/local/evaluator.test.ts": 24,
  "test/executors/virtual-environment.test.ts": 23,
  "test/local/crash.test.ts": 21,
  "test/local/processes.test.ts": 21,
  "test/local/read-only.test.ts": 21,
  "test/packages/tarball.test.ts": 18,
};

const root = join(import.meta.dirname, "../..");

/**
 * Vitest knows how long files take from the runs before, which a clean checkout has none of: it
 * goes by their sizes there.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seconds = new Map(
      Object.entries(longest).map(([path, time]) => [join(root, path), time]),
    );
    const timeOf = ({ moduleId }: TestSpecification): number => seconds.get(moduleId) ?? 0;
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's, which gives another array
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => timeOf(b) - timeOf(a));
  }
}
