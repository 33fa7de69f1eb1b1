import { ok } from "../../../core/result.ts";
import { notFound } from "../../../app/failure.ts";
import { projectWords, suggestName } from "../../../app/names.ts";
import { checkHistory } from "../../../app/runs/check-history.ts";
import { checksDocument } from "../../../app/runs/checks-document.ts";
import { withRole } from "../../../app/roles.ts";
import { renderChecks } from "../../render/check-history.ts";
import { printJson } from "../../terminal/json-output.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type { checksCommand } from "./checks-command.ts";

const needed = {
  role: "artifacts",
  lacking: (environment: string) => ({
    message: `${environment} keeps no artifacts, and so no results of checks`,
    help: "Name another environment with -e.",
  }),
} as const;

export const checks: ActionOf<typeof checksCommand> = async (context, flags, project) =>
  withRole(context, flags.env, needed, async (store, { environment, projectNames }) => {
    const history = await checkHistory(store, project);
    if (!history.ok) return history;
    if (history.value.length === 0) {
      return projectNames.includes(project)
        ? notFound(
            `no run of ${project} in ${environment} has been checked`,
            `Say under checks in its config.yaml what its metrics must be, deploy, and run it.`,
          )
        : notFound(
            `there is no project ${project}`,
            suggestName(project, projectNames, projectWords),
          );
    }
    if (flags.json) {
      printJson(context, "checks", checksDocument(environment, project, history.value));
    } else {
      context.out.lines(renderChecks(history.value, environment, surroundingsOf(context)));
    }
    return ok("ok");
  });
