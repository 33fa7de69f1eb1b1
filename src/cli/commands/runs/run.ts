import { projectName } from "../../../core/ids.ts";
import type { ActionOf } from "../definition.ts";
import { deployedProject } from "../../../app/deploy/deployed-project.ts";
import { failed, fromPlatform, usage } from "../../../app/failure.ts";
import type { runCommand } from "./run-command.ts";
import { runWorkingCopy } from "./run-working-copy.ts";
import { inputOf, optionsOf, showStarted } from "./started-run.ts";
import { olderDeploy } from "../../../app/runs/older-deploy.ts";
import { missingModel } from "../../../app/runs/missing-model.ts";
import { asItRanHere, onThisMachine } from "../../../app/trials/trial-session.ts";
import { withPlatform } from "../../../app/workspace.ts";

export const run: ActionOf<typeof runCommand> = async (context, flags, project) => {
  const holdSeconds = flags["hold-on-failure"];
  if (holdSeconds !== undefined) {
    const here = await onThisMachine(context, flags.env, {
      message:
        "a task on AWS can't be held or entered: what it left outside of its outputs goes with it",
      help: asItRanHere(`esteira dev ${project}`),
    });
    if (!here.ok) return here;
  }
  if (flags["local-changes"]) return runWorkingCopy(context, flags, project);
  if (flags.deploy) {
    if (flags.json) {
      return usage(
        "--deploy shows what it does to people, and --json prints the run alone",
        "Deploy first, with `esteira deploy --json`; then run.",
      );
    }
    const { deploy } = await import("../deploys/deploy.ts");
    const deployed = await deploy(
      context,
      flags.env === undefined ? {} : { env: flags.env },
      project,
    );
    if (!deployed.ok || deployed.value !== "ok") return deployed;
    context.out.line("");
  }
  return withPlatform(context, flags.env, async (session) => {
    const { platform, settings } = session;
    const deployed = await deployedProject(session, project);
    if (!deployed.ok) return deployed;
    const { release } = deployed.value;
    const input = await inputOf(session, release, flags);
    if (!input.ok) return input;
    const older = flags.deploy
      ? undefined
      : await olderDeploy(context, session, deployed.value, Date.now());
    if (older !== undefined) context.errors.line(context.errors.style.yellow(`! ${older}`));
    const missing = missingModel(settings, release, deployed.value.decided["model"]);
    if (missing !== undefined) context.errors.line(context.errors.style.yellow(`! ${missing}`));
    const started = await platform.start(projectName(project), input.value, optionsOf(flags));
    if (!started.ok) return failed(fromPlatform(started.error));
    return showStarted(context, session, { id: started.value, release, input: input.value }, flags);
  });
};
