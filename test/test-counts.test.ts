import { describe, expect, test } from "vitest";

import { countJunit, countVitest, verdict } from "../tools/test-counts.ts";

const report = (over: object): string =>
  JSON.stringify({
    success: true,
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ status: "passed", assertionResults: [{}] }],
    ...over,
  });

describe("a run of vitest", () => {
  test("is counted", () => {
    const run = report({ success: false, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 });
    expect(countVitest(run)).toEqual({ passed: 5, failed: 2, skipped: 4 });
  });

  test("fails once for each file that can't be loaded", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [] },
      { status: "passed", assertionResults: [{}] },
    ];
    const run = report({ success: false, testResults });
    expect(countVitest(run)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  test("fails when something outside a test failed", () => {
    expect(countVitest(report({ success: false }))).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  test("fails without a report", () => {
    expect(countVitest(undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

test("pytest's tests are counted one by one", () => {
  const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
    <testsuite name="pytest" errors="1" failures="2" skipped="1" tests="9" time="0.1">
      <testcase classname="tests.test_a" name="test_good" time="0.001" />
      <testcase classname="tests.test_a" name="test_bad" time="0.001">
        <failure message="assert 1 == 2">E assert 1 == 2</failure>
        <error message="failed on teardown">E boom</error>
      </testcase>
      <testcase classname="tests.test_a" name="test_not_here" time="0.001">
        <skipped type="pytest.skip" message="no clock">tests/test_a.py:3: no clock</skipped>
      </testcase>
      <testcase classname="tests.test_a" name="test_good_too" time="0.001"></testcase>
    </testsuite></testsuites>`;
  expect(countJunit(xml)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

describe("the closing line", () => {
  const passed = { passed: 3, failed: 0, skipped: 0 };
  const skipped = { passed: 1, failed: 0, skipped: 2 };

  test("adds the runs up", () => {
    expect(verdict([passed, passed], { ci: true })).toEqual({ line: "6 passed, 0 failed" });
  });

  test("names what was skipped, which is wrong in CI only", () => {
    const line = "4 passed, 0 failed, 2 skipped";
    expect(verdict([passed, skipped], { ci: false })).toEqual({ line });
    expect(verdict([passed, skipped], { ci: true })).toEqual({
      line,
      problem: "Tests were skipped, and CI must run them all; see the SKIPPED lines above.",
    });
  });

  test("reports failures", () => {
    expect(verdict([passed, { passed: 0, failed: 1, skipped: 0 }], { ci: false })).toEqual({
      line: "3 passed, 1 failed",
      problem: "Some tests failed; the reports above say which.",
    });
  });

  test("takes no test for a failure", () => {
    expect(verdict([{ passed: 0, failed: 0, skipped: 0 }], { ci: false })).toEqual({
      line: "0 passed, 0 failed",
      problem: "No test ran.",
    });
  });
});
