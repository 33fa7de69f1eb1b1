/** What came of a set of tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The parts of vitest's JSON report that are counted. */
interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

/**
 * Counts a run of vitest. What breaks outside a test counts as a failure too: a file that can't be
 * loaded, an error that nobody caught, a run that left no report.
 *
 * @param report the text of the JSON reporter's file; `undefined` when there is none
 */
export function countVitest(report: string | undefined): Counts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const run = JSON.parse(report) as VitestReport;
  const broken = run.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = run.numFailedTests + broken;
  return {
    passed: run.numPassedTests,
    failed: failed === 0 && !run.success ? 1 : failed,
    skipped: run.numPendingTests + run.numTodoTests,
  };
}

/**
 * Counts one JUnit file of pytest, case by case: the totals of its suites count subtests, and a
 * test that fails and can't be cleaned up twice.
 */
export function countJunit(xml: string): Counts {
  const cases = xml.split(/<testcase\b/).slice(1);
  const failed = cases.filter((text) => /<(failure|error)\b/.test(text)).length;
  const skipped = cases.filter((text) => /<skipped\b/.test(text)).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}

/**
 * The closing line of all runs together, and what is wrong with them, if anything is.
 *
 * @param ci a skipped test is wrong in CI, which has every part that a test may need
 */
export function verdict(
  runs: readonly Counts[],
  { ci }: { readonly ci: boolean },
): { readonly line: string; readonly problem?: string } {
  const sum = (key: keyof Counts): number => runs.reduce((total, run) => total + run[key], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  const line = `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
  if (failed > 0) return { line, problem: "Some tests failed; the reports above say which." };
  if (passed === 0) return { line, problem: "No test ran." };
  if (ci && skipped > 0) {
    return {
      line,
      problem: "Tests were skipped, and CI must run them all; see the SKIPPED lines above.",
    };
  }
  return { line };
}
