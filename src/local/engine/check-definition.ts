import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { openExecution } from "../../states/interpreter.ts";
import type { DefinitionProblem } from "../../states/types.ts";
import type { Layout } from "../layout.ts";
import { localDefinition } from "./definition.ts";

/** Refuses a release whose state machine the interpreter doesn't accept. */
export function checkDefinition(layout: Layout, release: Release): Result<void, PlatformError> {
  if (release.definition === undefined) return ok(undefined);
  const identity = {
    id: "arn:aws:states:local:000000000000:execution:check:check",
    name: "check",
    roleArn: "",
    stateMachineId: "",
    stateMachineName: "check",
    input: {},
  };
  const opened = openExecution(localDefinition(layout, release, 0), identity);
  return opened.ok ? ok(undefined) : err(invalidDefinition(release.project, opened.error));
}

export function invalidDefinition(
  project: string,
  problems: readonly DefinitionProblem[],
): PlatformError {
  const first = problems.find((problem) => problem.severity === "ERROR");
  return {
    reason: "invalid",
    message: `the state machine of ${project} is not valid: ${first?.message ?? "unknown problem"} (at ${first?.location ?? "/"})`,
    help: "Correct the project's configuration and deploy it again.",
    resource: project,
  };
}
