import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { DeployedRelease } from "../../platform/port.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { projectWords, suggestName, suggestion } from "../names.ts";
import type { PlatformSession } from "../workspace.ts";

/**
 * What is deployed of a project that somebody named; a failure that says what to do when nothing
 * is, or when there is no such project.
 */
export async function deployedProject(
  { platform, environment, projectNames }: PlatformSession,
  project: string,
): Promise<Result<DeployedRelease, Failure>> {
  const deployed = await platform.deployed(projectName(project));
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  if (deployed.value !== undefined) return ok(deployed.value);
  return projectNames.includes(project)
    ? notFound(
        `${project} is not deployed to ${environment}`,
        `Deploy it first: \`${suggestion(environment, "deploy", project)}\`.`,
      )
    : notFound(`there is no project ${project}`, suggestName(project, projectNames, projectWords));
}
