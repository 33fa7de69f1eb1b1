import { withReleases } from "../../../app/deploy/planned-deploy.ts";
import { failed, fromPlatform, notFound, refused, usage } from "../../../app/failure.ts";
import { stepVariables } from "../../../app/trials/step-variables.ts";
import { prepareTrial } from "../../../app/trials/prepare-trial.ts";
import {
  asItRanHere,
  itemToTry,
  onThisMachine,
  stepsToTry,
  type ElsewhereWords,
} from "../../../app/trials/trial-session.ts";
import { ok } from "../../../core/result.ts";
import { cleanOutput, factLines } from "../../render/text.ts";
import { printJson } from "../../terminal/json-output.ts";
import { runShell } from "../../terminal/run-shell.ts";
import { noticesTo } from "../../terminal/notices.ts";
import type { ActionOf, FlagsOf } from "../definition.ts";
import type { shellCommand } from "./shell-command.ts";
import { shellInHeld } from "./shell-held.ts";

/**
 * Why no shell reaches a task on AWS:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
 */
const noExec =
  "a task on AWS can't be entered: ECS Exec isn't for tasks that managed scaling places later, as it does with nearly all of Esteira's";

export const shell: ActionOf<typeof shellCommand> = async (context, flags, name, wanted) => {
  if (flags.step !== undefined && (wanted !== undefined || trialFlagsGiven(flags))) {
    return usage(
      "--step opens what a run has left, as it is",
      `Write \`esteira shell RUN --step ${flags.step}\`, or leave --step out for a place made anew.`,
    );
  }
  if (flags["end-hold"] === true && flags.step === undefined) {
    return usage(
      "--end-hold is of --step",
      `Name the step: \`esteira shell ${name} --step STEP --end-hold\`.`,
    );
  }
  const here = await onThisMachine(context, flags.env, devInstead(flags, name, wanted));
  if (!here.ok) return here;
  if (!context.canAsk) {
    return refused(
      "a shell needs a terminal",
      flags.step === undefined
        ? `\`esteira env ${name} ${wanted ?? "STEP"} --export\` needs none.`
        : "What a step has left is entered by hand: type it in one.",
    );
  }
  if (flags.step !== undefined) {
    return shellInHeld(context, name, {
      env: flags.env,
      step: flags.step,
      end: flags["end-hold"] === true,
      json: flags.json === true,
    });
  }
  const notices = noticesTo(context, flags.json);
  return withReleases(context, flags.env, [name], notices, async (session) => {
    const [project] = session.projects;
    const [built] = session.releases;
    if (project === undefined || built === undefined) {
      return notFound(`there is no project ${name}`, "");
    }
    const { errors } = context;
    const listener = ({ text }: { readonly text: string }): void => {
      errors.line(errors.style.dim(cleanOutput(text, errors.color)));
    };
    const { signal } = new AbortController();
    const prepared = await prepareTrial(
      context,
      session,
      { project, release: built.release },
      {
        from: flags.from,
        fromEnvironment: flags["from-env"],
        deployed: flags.deployed === true,
        params: flags.param ?? [],
        signal,
        listener,
      },
    );
    if (!prepared.ok) return prepared;
    const { trials, place, source: run, runtime, tried } = prepared.value;
    const { params, at } = tried;
    const chosen = stepsToTry(tried.project, wanted);
    if (!chosen.ok) return chosen;
    const step = chosen.value.at(-1);
    if (step === undefined) return notFound(`${name} has no steps`, "Give it one in config.yaml.");
    const item = itemToTry(step, flags.item);
    if (!item.ok) return item;
    const variables = { place, params, at, item: item.value, model: undefined };
    const done = await trials.shell(
      tried.release,
      {
        step: step.id,
        variables: stepVariables(tried.project, step, variables),
        runtime,
        signal,
        listener,
      },
      async (program) => {
        const artifacts = run === undefined ? "" : ` · artifacts of ${run}`;
        const where =
          program.executor === "docker" ? "in its container" : "in a copy of its folder";
        const facts = `${name} ${step.id} · ${where}${artifacts} · exit ends it`;
        errors.lines(factLines(errors.style.dim(facts), errors.wrapAt()));
        await runShell(context, program);
      },
    );
    if (!done.ok) return failed(fromPlatform(done.error));
    if (flags.json === true) {
      printJson(context, "shell", { project: name, step: step.id, artifactsOf: run });
    }
    return ok("ok");
  });
};

function trialFlagsGiven(flags: FlagsOf<typeof shellCommand>): boolean {
  const { from, "from-env": fromEnvironment, param = [], item } = flags;
  return (
    [from, fromEnvironment, item, flags.deployed].some((one) => one !== undefined) ||
    param.length > 0
  );
}

/** `shell RUN --step STEP` names no project: an id begins with it. */
function devInstead(
  { step, from }: FlagsOf<typeof shellCommand>,
  name: string,
  wanted: string | undefined,
): ElsewhereWords {
  const message = noExec;
  if (step === undefined) {
    const words = ["esteira dev", name, ...(wanted === undefined ? [] : [wanted])];
    return { message, help: asItRanHere(words.join(" "), from) };
  }
  const [, project] = /^(.+)-\d{8}T\d{6}Z-[0-9a-z]+$/.exec(name) ?? [];
  return project === undefined
    ? { message, help: asItRanHere(`esteira dev ${name} ${step}`) }
    : { message, help: asItRanHere(`esteira dev ${project} ${step}`, name) };
}
