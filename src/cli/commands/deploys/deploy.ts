import { noticesTo } from "../../terminal/notices.ts";
import { canonicalJson } from "../../../core/json.ts";
import { ok, type Result } from "../../../core/result.ts";
import { isEmptyPlan, type ModelDecision, type Plan } from "../../../platform/plan.ts";
import type { ActionOf } from "../definition.ts";
import { appliedDocument } from "../../../app/deploy/applied-document.ts";
import { applyPlan } from "./apply.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, refused, usage, type Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import {
  choicesOf,
  modelsOf,
  planDeploy,
  withReleases,
  type PlannedDeploy,
  type ReleaseSession,
} from "../../../app/deploy/planned-deploy.ts";
import { renderPlan } from "../../render/plan.ts";
import { suggestion } from "../../../app/names.ts";
import { count } from "../../../core/text.ts";
import { unpinnedWorkflows } from "../../../app/ci/unpinned-workflows.ts";
import { findWorkspace } from "../../../app/workspace.ts";
import { reportDeploy } from "./report-deploy.ts";
import type { deployCommand, DeployFlags } from "./deploy-command.ts";
import { readSavedPlan } from "../../../app/deploy/saved-plan.ts";
import { roleOf } from "../../../app/roles.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const deploy: ActionOf<typeof deployCommand> = async (context, flags, ...names) => {
  const notices = noticesTo(context, flags.json);
  const root = await findWorkspace(context);
  if (root.ok) await notices.warnings(await unpinnedWorkflows(root.value));
  return flags.plan === undefined
    ? planDeploy(context, flags, names, notices, (planned) => apply(context, flags, planned, names))
    : deploySaved(context, flags, names, flags.plan);
};

/** Applies exactly what a file says, or nothing. */
async function deploySaved(
  context: CliContext,
  flags: DeployFlags,
  names: readonly string[],
  file: string,
): Promise<Result<Exit, Failure>> {
  const { prune, refresh, adopt, withoutModelGate } = flags;
  if (names.length > 0 || prune || refresh || adopt || withoutModelGate !== undefined) {
    return usage(
      "a saved plan says itself what is done: no projects, --prune, --refresh, --adopt or --without-model-gate beside --plan",
      `Leave them out, or plan again: \`esteira plan … --out ${file}\`.`,
    );
  }
  const read = readSavedPlan(context, file);
  if (!read.ok) return read;
  const saved = read.value;
  const environment = flags.env ?? saved.plan.environment;
  const work: Parameters<typeof withReleases>[4] = async (session) => {
    const savedPlans = roleOf(session, "savedPlans", (environment) => ({
      message: `${environment} is on this machine, where plans aren't saved`,
      help: `The plan in ${file} is for ${saved.plan.environment}.`,
    }));
    if (!savedPlans.ok) return savedPlans;
    const planned = new Set(saved.plan.projects.map(({ project }) => project));
    const releases = session.releases.filter(({ release }) => planned.has(release.project));
    const models = await savedModels(
      context,
      flags,
      { ...session, releases },
      saved.options.models,
    );
    if (!models.ok) return models;
    const plan = await savedPlans.value.open(saved, releases);
    if (!plan.ok) return failed(fromPlatform(plan.error));
    // The person who had it made has seen it: nothing is left to ask.
    return apply(context, { ...flags, yes: true }, { ...session, releases, plan: plan.value }, []);
  };
  return withReleases(
    context,
    environment,
    [],
    noticesTo(context, flags.json),
    work,
    choicesOf(flags),
  );
}

/**
 * A saved plan rests on what the model registry said of its projects: it is asked again, also of
 * those of which the file says nothing.
 */
async function savedModels(
  context: CliContext,
  flags: DeployFlags,
  { target, releases }: ReleaseSession,
  saved: Readonly<Record<string, ModelDecision>> = {},
): Promise<Result<void, Failure>> {
  const without = Object.values(saved).find((decision) => decision.without !== undefined)?.without;
  const now = await modelsOf(
    context,
    { target, releases },
    without,
    noticesTo(context, flags.json),
  );
  if (!now.ok) return now;
  const moved = Object.keys({ ...saved, ...now.value }).filter(
    (project) => canonicalJson(saved[project]) !== canonicalJson(now.value[project]),
  );
  if (moved.length === 0) return ok(undefined);
  return refused(
    `the model registry says something else since the plan was made, of ${moved.join(", ")}`,
    `Plan again with \`esteira plan -e ${target.name}\`, and apply that.`,
  );
}

async function apply(
  context: CliContext,
  flags: DeployFlags,
  { plan, releases, platform, target }: PlannedDeploy,
  names: readonly string[],
): Promise<Result<Exit, Failure>> {
  const { out } = context;
  if (isEmptyPlan(plan)) {
    await showNothingToDo(context, plan, releases, flags.json === true);
    return ok("ok");
  }
  if (!flags.json) out.lines([...renderPlan(plan, surroundingsOf(context)), ""]);
  const removes = plan.projects.some(({ changes }) =>
    changes.some(({ action }) => action === "remove"),
  );
  if (!flags.yes && ((removes && flags.prune) || flags.adopt)) {
    const options = [flags.prune ? "--prune" : "", flags.adopt ? "--adopt" : ""].filter(Boolean);
    const command = suggestion(plan.environment, "deploy", ...names, ...options);
    const question = `Deploy this to ${plan.environment}?`;
    const what = flags.adopt ? "takes over what is there" : "removes something";
    const agreed = await confirm(context, question, command, what);
    if (!agreed.ok) return agreed;
  }
  return applyPlan(context, platform, plan, releases, {
    json: flags.json === true,
    verbose: flags.verbose === true,
    words: { changed: "deployed", unchanged: "nothing to change", sum: "deployed to" },
    promote: async (decision) => {
      const { promoteFor } = await import("../../../app/deploy/model-gate.ts");
      return promoteFor(context, target, decision);
    },
    report: true,
  });
}

async function showNothingToDo(
  context: CliContext,
  plan: Plan,
  releases: PlannedDeploy["releases"],
  json: boolean,
): Promise<void> {
  const { out } = context;
  const projects = plan.projects.map(({ project, hold }) => ({
    project,
    outcome: hold === undefined ? ("unchanged" as const) : ("held" as const),
  }));
  const nothing = { plan, releases, summary: { projects }, progress: new Map(), tookMs: 0, json };
  await reportDeploy(context, nothing);
  if (json) {
    printJson(context, "applied", appliedDocument(plan, { projects }));
  } else if (
    plan.projects.some(({ hold, warnings }) => hold !== undefined || warnings.length > 0)
  ) {
    out.lines(renderPlan(plan, surroundingsOf(context)));
  } else {
    const projects = count(plan.projects.length, "project");
    out.line(
      `${out.style.green("✓")} ${plan.environment} is up to date: nothing to change in ${projects}.`,
    );
  }
}
