import type { Result } from "../../core/result.ts";
import type { ApplyEvent, PlatformError } from "../../platform/port.ts";
import type { DeployContext } from "./context.ts";

/** Does one step of a deploy and reports its beginning and its end. */
export function reportingSteps(
  context: DeployContext,
  project: string,
  listener: (event: ApplyEvent) => void,
): <T>(
  resource: string,
  text: string,
  work: () => Promise<Result<T, PlatformError>>,
) => Promise<Result<T, PlatformError>> {
  return async (resource, text, work) => {
    const begun = context.clock.now();
    listener({ kind: "step-started", project, resource, text });
    const result = await work();
    if (result.ok) {
      const durationMs = context.clock.now() - begun;
      listener({ kind: "step-finished", project, resource, text, durationMs });
    }
    return result;
  };
}

/** A deploy that was ended before a project was done. */
export function interrupted({ project }: { readonly project: string }): PlatformError {
  return {
    reason: "interrupted",
    message: `the deploy was interrupted before ${project} was done`,
    help: "What was deployed before is unchanged; deploy again to continue.",
    resource: project,
  };
}
