import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { RunSummary } from "../../../runs/model.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform, notFound } from "../../../app/failure.ts";
import { projectWords, suggestName } from "../../../app/names.ts";
import { renderRuns } from "../../render/runs.ts";
import type { runsCommand } from "./runs-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { runsDocument } from "../../../app/runs/run-document.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const runs: ActionOf<typeof runsCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, environment }) => {
    const filter = {
      ...(project === undefined ? {} : { project: projectName(project) }),
      ...(flags.status === undefined
        ? {}
        : { status: flags.status.toUpperCase() as RunSummary["status"] }),
    };
    const page = await platform.runs(filter, { limit: flags.limit });
    if (!page.ok) return failed(fromPlatform(page.error));
    const found = page.value.items;
    if (found.length === 0 && project !== undefined && !projectNames.includes(project)) {
      return notFound(
        `there is no project ${project}, and nothing of that name ran in ${environment}`,
        suggestName(project, projectNames, projectWords),
      );
    }
    if (flags.json) {
      printJson(context, "runs", runsDocument(environment, page.value));
      return ok("ok");
    }
    if (found.length === 0) {
      context.out.line(nothingFound(environment, project, flags.status));
      return ok("ok");
    }
    context.out.lines(renderRuns(found, surroundingsOf(context)));
    if (page.value.next !== undefined) {
      context.out.line(context.out.style.dim(`Older ones: --limit ${flags.limit * 5}`));
    }
    return ok("ok");
  });

function nothingFound(
  environment: string,
  project: string | undefined,
  status: string | undefined,
): string {
  if (status !== undefined) {
    const what = project === undefined ? "no run" : `no run of ${project}`;
    return `There is ${what} in ${environment} that is ${status.replace("_", " ")}.`;
  }
  return project === undefined
    ? `Nothing has run in ${environment} yet.`
    : `${project} has not run in ${environment} yet.`;
}
