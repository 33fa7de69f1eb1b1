import { type ProjectName, projectName } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { Plan } from "../../../platform/plan.ts";
import type { Platform, PlatformError } from "../../../platform/port.ts";
import type { ActionOf } from "../definition.ts";
import { nothingAppliedDocument } from "../../../app/deploy/applied-document.ts";
import { applyPlan } from "./apply.ts";
import { confirm } from "../../terminal/confirm.ts";
import {
  failed,
  type Failure,
  fromPlatform,
  notFound,
  refused,
  usage,
} from "../../../app/failure.ts";
import { renderPlan } from "../../render/plan.ts";
import { suggestion } from "../../../app/names.ts";
import { count } from "../../../core/text.ts";
import type { destroyCommand, DestroyFlags } from "./destroy-command.ts";
import { roleOf } from "../../../app/roles.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { type PlatformSession, withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { AlsoRemoved } from "../../../platform/roles/retained.ts";

export const destroy: ActionOf<typeof destroyCommand> = async (context, flags, ...names) =>
  withPlatform(context, flags.env, async ({ platform, environment }) => {
    const more = also(flags);
    const refusal = misplaced({ platform, environment }, flags, names);
    if (refusal !== undefined) return refusal;
    const existing = await known(platform, more);
    if (!existing.ok) return failed(fromPlatform(existing.error));
    const unknown = names.filter((name) => !existing.value.includes(projectName(name)));
    if (unknown.length > 0) {
      return notFound(
        `${unknown.join(", ")} ${unknown.length === 1 ? "is" : "are"} not deployed to ${environment}`,
        existing.value.length === 0
          ? "Nothing is."
          : `Deployed there: ${existing.value.join(", ")}.`,
      );
    }
    const chosen = names.length === 0 ? existing.value : names.map(projectName);
    const planned = await plan(platform, chosen, more);
    if (!planned.ok) return failed(fromPlatform(planned.error));
    if (planned.value.projects.length === 0) {
      if (flags.json) printJson(context, "applied", nothingAppliedDocument(environment));
      else context.out.line(`Nothing is deployed to ${environment}.`);
      return ok("ok");
    }
    if (!flags.json) {
      const where = flags.bucket === undefined ? {} : { where: `in ${whole(planned.value)}` };
      context.out.lines([
        ...renderPlan(planned.value, { ...surroundingsOf(context), ...where }),
        "",
      ]);
    }
    if (!flags.yes) {
      const command = suggestion(environment, "destroy", ...names, ...spelled(flags));
      const agreed = await confirm(context, question(planned.value, flags), command);
      if (!agreed.ok) return agreed;
    }
    return applyPlan(context, platform, planned.value, [], {
      json: flags.json === true,
      verbose: false,
      words: {
        changed: "removed",
        unchanged: "nothing to remove",
        sum: "removed from",
        ...(flags.bucket === undefined ? {} : { noun: "part" }),
      },
    });
  });

/** `2 projects and the base layer` */
function whole({ projects }: Plan): string {
  const others = projects.length - 1;
  return others === 0 ? "the base layer" : `${count(others, "project")} and the base layer`;
}

function also({ logs, images, bucket }: DestroyFlags): AlsoRemoved {
  return {
    ...(logs === true ? { logs } : {}),
    ...(images === true ? { images } : {}),
    ...(bucket === undefined ? {} : { bucket: true }),
  };
}

function spelled({ logs, images, bucket }: DestroyFlags): string[] {
  return [
    ...(logs === true ? ["--logs"] : []),
    ...(images === true ? ["--images"] : []),
    ...(bucket === undefined ? [] : ["--bucket", bucket]),
  ];
}

/** What can't be meant: said before anything is asked of the account. */
function misplaced(
  session: Pick<PlatformSession, "platform" | "environment">,
  flags: DestroyFlags,
  names: readonly string[],
): Result<never, Failure> | undefined {
  const [flag] = spelled(flags);
  if (flag === undefined) return undefined;
  const retained = roleOf(session, "retained", (environment) => ({
    message: `${flag} is for environments on AWS, and ${environment} is on this machine`,
    help: "What runs leave here is below `.esteira/`: delete what you don't need of it.",
  }));
  if (!retained.ok) return retained;
  if (flags.bucket === undefined) return undefined;
  if (names.length > 0) {
    return usage(
      "--bucket is for a whole environment, and here are names of projects",
      "Leave the names out, or the bucket.",
    );
  }
  const { bucket } = retained.value;
  if (flags.bucket !== bucket) {
    return refused(
      `the bucket of ${session.environment} is ${bucket}, not ${flags.bucket}`,
      "Nothing was changed. Name the bucket that is to go.",
    );
  }
  return undefined;
}

/** What may be named: what is deployed, and where more is to go than that, whatever was. */
async function known(
  platform: Platform,
  more: AlsoRemoved,
): Promise<Result<readonly ProjectName[], PlatformError>> {
  const deployed = await platform.listDeployed();
  if (!deployed.ok) return deployed;
  const { retained } = platform;
  const names = deployed.value.map(({ release }) => release.project);
  if (Object.keys(more).length === 0 || retained === undefined) return ok(names);
  const remembered = await retained.projects();
  return remembered.ok ? ok([...new Set([...names, ...remembered.value])]) : remembered;
}

function plan(
  platform: Platform,
  projects: readonly ProjectName[],
  more: AlsoRemoved,
): Promise<Result<Plan, PlatformError>> {
  return platform.retained?.planDestroy(projects, more) ?? platform.planDestroy(projects);
}

function question({ projects, environment }: Plan, { bucket }: DestroyFlags): string {
  const removed = projects.length - (bucket === undefined ? 0 : 1);
  const things = [
    ...(removed === 0 ? [] : [count(removed, "project")]),
    ...(bucket === undefined ? [] : [`the bucket ${bucket} with everything in it`]),
  ];
  return `Remove ${things.join(" and ")} from ${environment}?`;
}
