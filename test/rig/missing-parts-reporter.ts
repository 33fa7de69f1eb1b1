import type { Reporter } from "vitest/node";

/**
 * Says at the end of a run which tests were skipped for want of a part, one line a part:
 * `SKIPPED: 12 tests need a Docker engine: no answer at unix:///var/run/docker.sock`.
 *
 * @param write takes the text; vitest's own output goes to standard output
 */
export function missingPartsReporter(write: (text: string) => void): Reporter {
  const waiting = new Map<string, number>();
  return {
    onTestRunStart() {
      waiting.clear(); // a watch runs more than once
    },
    onTestCaseResult(test) {
      const { needs } = test.meta();
      if (needs === undefined || test.result().state !== "skipped") return;
      waiting.set(needs, (waiting.get(needs) ?? 0) + 1);
    },
    onTestRunEnd() {
      for (const [needs, count] of waiting) {
        write(`SKIPPED: ${count} ${count === 1 ? "test needs" : "tests need"} ${needs}\n`);
      }
    },
  };
}
