import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { deployedProject } from "../../../app/deploy/deployed-project.ts";
import { failed, fromPlatform, usage } from "../../../app/failure.ts";
import { followToTheEnd } from "./followed-run.ts";
import { suggestion } from "../../../app/names.ts";
import type { runCommand } from "./run-command.ts";
import { olderDeploy } from "../../../app/runs/older-deploy.ts";
import { missingModel } from "../../../app/runs/missing-model.ts";
import { startedDocument } from "../../../app/runs/run-document.ts";
import { leavesOut, runInput } from "../../../app/runs/run-input.ts";
import { latestRun } from "../../../app/runs/run-reference.ts";
import { onThisMachine } from "../../../app/trials/trial-session.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const run: ActionOf<typeof runCommand> = async (context, flags, project) => {
  const holdSeconds = flags["hold-on-failure"];
  if (holdSeconds !== undefined) {
    const here = await onThisMachine(context, flags.env, {
      message:
        "a task on AWS can't be held or entered: what it left outside of its outputs goes with it",
      command: `esteira dev ${project}`,
    });
    if (!here.ok) return here;
  }
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
    const { platform, environment, region, settings } = session;
    const name = projectName(project);
    const deployed = await deployedProject(session, project);
    if (!deployed.ok) return deployed;
    const { release } = deployed.value;
    const wishes = {
      params: flags.param ?? [],
      from: flags.from,
      only: flags.only ?? [],
      actor: session.actor,
      noCache: flags["no-cache"],
      sample: flags.sample,
    };
    const last = leavesOut(wishes) ? await latestRun(platform, project) : ok(undefined);
    if (!last.ok) return last;
    const input = runInput(release, { ...wishes, origin: last.value?.origin });
    if (!input.ok) return input;
    const older = flags.deploy
      ? undefined
      : await olderDeploy(context, session, deployed.value, Date.now());
    if (older !== undefined) context.errors.line(context.errors.style.yellow(`! ${older}`));
    const missing = missingModel(settings, release, deployed.value.decided["model"]);
    if (missing !== undefined) context.errors.line(context.errors.style.yellow(`! ${missing}`));
    const started = await platform.start(name, input.value, {
      mode: flags.detach ? "detach" : "follow",
      ...(holdSeconds === undefined ? {} : { holdSeconds }),
    });
    if (!started.ok) return failed(fromPlatform(started.error));
    const id = started.value;
    if (flags.detach) {
      if (flags.json) {
        printJson(context, "started", startedDocument(id, { project, environment }));
      } else {
        const { style } = context.out;
        context.out.lines([
          `${style.cyan("▸")} ${id} is running.`,
          `  ${style.dim("$")} ${suggestion(environment, "logs", id, "--follow")}`,
        ]);
      }
      return ok("ok");
    }
    if (!flags.json) {
      const { style } = context.out;
      const facts = `${project} ${release.version} · ${environment} · ${id}`;
      const origin =
        input.value.origin === null ? "" : style.dim(` · artifacts of ${input.value.origin}`);
      context.out.lines([`${style.bold(facts)}${origin}`, ""]);
    }
    return followToTheEnd(context, platform, id, {
      json: flags.json === true,
      since: 0,
      region,
    });
  });
};
