import type { Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** A sample has other values, and no other variables: what a step reads is there in every run. */
export function samplesHaveAnotherValue({ project }: ProjectContext): Problem[] {
  const common = project.runtime.environmentVariables;
  return project.steps.flatMap((step, index) =>
    Object.keys(step.sampleEnv ?? {})
      .filter(
        (name) => !Object.hasOwn(step.environmentVariables, name) && !Object.hasOwn(common, name),
      )
      .map((name): Problem => ({
        code: "config/sample-variable",
        path: stepPath(index, "sample_env", name),
        at: "key",
        message: `${name} has a value in samples, and none in other runs`,
        help: `give it one under env_vars of "${step.id}", or of runtime`,
      })),
  );
}
