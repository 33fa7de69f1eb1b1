import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform, notFound } from "../../../app/failure.ts";
import type { releasesCommand } from "./releases-command.ts";
import { releasesDocument } from "../../../app/deploy/releases-document.ts";
import { printJson } from "../../terminal/json-output.ts";
import { projectWords, suggestName, suggestion } from "../../../app/names.ts";
import { renderReleases } from "../../render/releases.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withPlatform } from "../../../app/workspace.ts";

export const releases: ActionOf<typeof releasesCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, async ({ platform, environment, projectNames }) => {
    const found = await platform.releases(projectName(project));
    if (!found.ok) return failed(fromPlatform(found.error));
    if (found.value.length === 0) {
      return projectNames.includes(project)
        ? notFound(
            `${project} was never deployed to ${environment}`,
            `\`${suggestion(environment, "deploy", project)}\` does that.`,
          )
        : notFound(
            `there is no project ${project}, and nothing of that name was deployed to ${environment}`,
            suggestName(project, projectNames, projectWords),
          );
    }
    if (flags.json) {
      printJson(context, "releases", releasesDocument(environment, project, found.value));
    } else {
      context.out.lines(renderReleases(found.value, surroundingsOf(context)));
    }
    return ok("ok");
  });
