import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, notFound, refused, type Failure } from "../../../app/failure.ts";
import { suggestName, stepWords } from "../../../app/names.ts";
import { roleOf } from "../../../app/roles.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { runId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import { heldUntil } from "../../render/held.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import { runShell } from "../../terminal/run-shell.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export interface HeldWishes {
  readonly env: string | undefined;
  readonly step: string;
  /** The place is given up when the shell has ended. */
  readonly end: boolean;
  readonly json: boolean;
}

/** A shell where a step of a run has failed, as long as its place is held. */
export async function shellInHeld(
  context: CliContext,
  reference: string,
  { env, step, end, json }: HeldWishes,
): Promise<Result<Exit, Failure>> {
  return withPlatform(context, env, async (session) => {
    const { platform, projectNames, actor } = session;
    const role = roleOf(session, "heldSteps", (environment) => ({
      message: `no step is held in ${environment}`,
      help: "`esteira dev` runs a step on this machine.",
    }));
    if (!role.ok) return role;
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const run = runId(found.value.run);
    const release = await platform.releaseOf(run);
    if (!release.ok) return failed(fromPlatform(release.error));
    const ids = release.value.steps.map(({ id }) => id as string);
    if (!ids.includes(step)) {
      return notFound(
        `${found.value.project} has no step ${step}`,
        suggestName(step, ids, stepWords),
      );
    }
    if (found.value.status === "RUNNING") {
      return refused(
        `${run} still goes, and its steps are held when it has ended`,
        `Follow it: esteira logs ${run} --follow`,
      );
    }
    const hold = await role.value.ofRun(run);
    if (!hold.ok) return failed(fromPlatform(hold.error));
    const { errors } = context;
    const done = await role.value.enter(run, step, async (program) => {
      const where = program.executor === "docker" ? "in the container" : "in the folder";
      const ends =
        hold.value === undefined ? "" : ` · ${heldUntil(hold.value, surroundingsOf(context))}`;
      errors.line(errors.style.dim(`${run} ${step} · ${where} where it failed${ends}`));
      await runShell(context, program);
    });
    if (!done.ok) return failed(fromPlatform(done.error));
    if (end) {
      const ended = await role.value.end(run, actor);
      if (!ended.ok) return failed(fromPlatform(ended.error));
      errors.line(errors.style.dim("Its place is given up."));
    }
    if (json) {
      printJson(context, "shell", { project: found.value.project, step, artifactsOf: run });
    }
    return ok("ok");
  });
}
