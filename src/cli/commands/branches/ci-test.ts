import { posix } from "node:path";

import { loadWorkspace } from "../../../config/load.ts";
import { hasErrors } from "../../../core/diagnostic.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { annotate } from "../../terminal/diagnostics.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { addToJobSummary } from "../../terminal/job-summary.ts";
import { printJson } from "../../terminal/json-output.ts";
import { workflowCommand } from "../../render/annotations.ts";
import { renderFailure } from "../../render/failure.ts";
import { count } from "../../../core/text.ts";
import type { ciTestCommand } from "./ci-test-command.ts";
import { selectOnDisk } from "../../../app/missing-projects.ts";
import { invalid } from "../../../app/workspace.ts";
import { changedTestsDocument, type TestedProject } from "../../../app/ci/changed-tests.ts";
import { findChanged } from "../../../app/ci/changed.ts";
import { test } from "../projects/test.ts";

/** Runs the tests of the projects that are changed, one project after the other, all of them. */
export const ciTest: ActionOf<typeof ciTestCommand> = async (context, flags) => {
  const found = await findChanged(context, flags.base);
  if (!found.ok) return found;
  const { root, directories } = found.value;
  const loaded = await loadWorkspace(root, "local");
  const names = directories.map((directory) => posix.basename(directory));
  const chosen = await selectOnDisk(loaded, names);
  if (!chosen.ok) return chosen;
  if (names.length > 0 && hasErrors(chosen.value.diagnostics)) {
    return invalid(chosen.value.diagnostics, "nothing was tested: correct the errors above first");
  }
  // With --json stdout is the document alone.
  const reporting = flags.json === true ? { ...context, out: context.errors } : context;
  const inActions = context.environment["GITHUB_ACTIONS"] === "true";
  const tested: TestedProject[] = [];
  for (const project of names.length === 0 ? [] : chosen.value.projects) {
    if (project.testCommand === undefined) {
      tested.push({ project: project.name, outcome: "none" });
      continue;
    }
    if (inActions) {
      reporting.out.write({ command: workflowCommand("group", `Tests of ${project.name}`) });
    }
    const outcome = await test(reporting, { env: "local" }, project.name);
    if (!outcome.ok) {
      const { errors } = context;
      errors.lines(renderFailure(outcome.error, { style: errors.style, width: errors.wrapAt() }));
    }
    if (inActions) reporting.out.write({ command: workflowCommand("endgroup") });
    if (outcome.ok && outcome.value === "interrupted") return outcome;
    const passed = outcome.ok && outcome.value === "ok";
    tested.push({ project: project.name, outcome: passed ? "passed" : "failed" });
    if (passed) continue;
    annotate(reporting, [
      {
        code: `tests of ${project.name}`,
        severity: "error",
        message: outcome.ok
          ? `the tests of ${project.name} failed`
          : `the tests of ${project.name} could not run: ${outcome.error.message}`,
        help: `on your machine: esteira test ${project.name}`,
        location: { file: `${project.directory}/config.yaml` },
      },
    ]);
  }
  await addToJobSummary(context, summaryOf(tested));
  const exit: Exit = tested.some(({ outcome }) => outcome === "failed") ? "failed" : "ok";
  if (flags.json) printJson(context, "changed-tests", changedTestsDocument(tested));
  else context.out.line(sumOf(tested));
  return ok(exit);
};

const words = { passed: "✓ passed", failed: "✗ failed", none: "– has no tests" } as const;

function summaryOf(tested: readonly TestedProject[]): string {
  if (tested.length === 0) return "No project is changed: there is nothing to test.";
  return [
    "### Tests of the changed projects",
    "",
    "| project | outcome |",
    "| --- | --- |",
    ...tested.map(({ project, outcome }) => `| \`${project}\` | ${words[outcome]} |`),
  ].join("\n");
}

function sumOf(tested: readonly TestedProject[]): string {
  if (tested.length === 0) return "No project is changed: there is nothing to test.";
  const parts = (["passed", "failed", "none"] as const).flatMap((outcome) => {
    const names = tested.filter((one) => one.outcome === outcome).map(({ project }) => project);
    const word = outcome === "none" ? "without tests" : outcome;
    return names.length === 0 ? [] : [`${word}: ${names.join(", ")}`];
  });
  return `${count(tested.length, "changed project")}; ${parts.join("; ")}.`;
}
