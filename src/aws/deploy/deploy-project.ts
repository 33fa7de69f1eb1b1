import { all, err, ok, type Result } from "../../core/result.ts";
import type { Change, ModelDecision, ProjectPlan } from "../../platform/plan.ts";
import { promotedModel, promotionText, type PromoteModel } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import { noteFollower } from "../bucket/followed.ts";
import { putRelease, type ReleaseDocument } from "../bucket/releases.ts";
import { getHold } from "../bucket/holds.ts";
import { deployRules } from "./deploy-rules.ts";
import { desiredGroup, type DeployInputs, ownerOfRelease, type Outputs } from "./desired.ts";
import type { ProjectInput } from "./project-input.ts";
import { setMinimum } from "../resources/auto-scaling-group.ts";
import { schedule } from "../resources/schedule.ts";
import { withState } from "../resources/schedule-spec.ts";
import { forgetRejection } from "../releases/reject.ts";
import type { PreparedProject } from "./prepared.ts";
import { mark, retire } from "../resources/marks.ts";
import type { Session } from "./session.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";
import type { Steps } from "./steps.ts";

/** What is written down with a release besides what the deploy itself finds out. */
export interface Deploying {
  readonly session: Session;
  readonly actor: string;
  readonly steps: Steps;
  readonly promote?: PromoteModel;
}

/**
 * Makes one project as planned: each resource from those before it, then the release's document,
 * then the commit mark. Whatever ends it in between, the next plan finds an old mark, compares
 * everything and continues.
 */
export async function deployProject(
  deploying: Deploying,
  input: ProjectInput,
  plan: ProjectPlan,
): Promise<Result<void, PlatformError>> {
  if (plan.blocked !== undefined) return err(plan.blocked);
  const { steps } = deploying;
  const image = await publishImage(deploying, input, plan.changes);
  if (!image.ok) return image;
  if (input.release.definition === undefined) return settleIdle(deploying, input, plan.changes);

  let { state } = input;
  const outputs: Outputs = { image: image.value };
  const changes = new Map(plan.changes.map((change) => [`${change.kind} ${change.name}`, change]));
  for (const stage of stages) {
    const name = stage.name(input.release.names);
    const change = changes.get(`${stage.kind} ${name}`);
    if (change !== undefined && change.action !== "unchanged") {
      const latest = await withLatestHold(deploying, input, change, state);
      if (!latest.ok) return latest;
      const { inputs } = latest.value;
      ({ state } = latest.value);
      const done = await steps.step(change, verbs[change.action], (work) =>
        change.action === "remove"
          ? stage.remove(work, state)
          : stage.ensure(work, inputs, outputs, state),
      );
      if (!done.ok) return done;
      state = done.value;
    }
    Object.assign(outputs, stage.outputs(state));
  }
  const kept = await keepInstances(deploying, input.inputs, outputs, state);
  if (!kept.ok) return kept;
  const heard = await deployRules(deploying, input, plan.changes, "before");
  if (!heard.ok) return heard;
  const committed = await commit(deploying, input, state, image.value);
  if (!committed.ok) return committed;
  const settled = await deployRules(deploying, input, plan.changes, "after");
  if (!settled.ok) return settled;
  const promoted = await promoteModel(deploying, input, plan.model);
  if (!promoted.ok || plan.model?.promotion === undefined) return promoted;
  return confirmPromotion(deploying, committed.value);
}

/** After all stages: the group of a new project has started from no instance. */
async function keepInstances(
  { steps }: Deploying,
  inputs: DeployInputs,
  outputs: Outputs,
  { autoScalingGroup: group }: ProjectState,
): Promise<Result<unknown, PlatformError>> {
  const desired = desiredGroup(inputs, outputs);
  const { name, spec } = desired;
  if (group === undefined || group.spec.minSize === spec.minSize) return ok(undefined);
  return steps.step(
    { kind: "auto-scaling-group", name },
    `keep ${spec.minSize} instances`,
    (work) => setMinimum(work, desired, group),
  );
}

/**
 * After the commit mark: a deploy that fails promotes nothing, and a promotion that fails is found
 * due by the next plan.
 */
async function promoteModel(
  { session, steps, actor, promote }: Deploying,
  { release: { project } }: ProjectInput,
  decision: ModelDecision | undefined,
): Promise<Result<void, PlatformError>> {
  if (decision?.promotion === undefined) return ok(undefined);
  if (promote === undefined) throw new Error(`nobody promotes the model of ${project}`);
  const name = `${decision.model} ${decision.version ?? ""}`;
  const promoted = await steps.step({ kind: "model", name }, "promote", () => promote(decision));
  const { timing } = session.context;
  const audited = await appendAudit(
    session.store,
    {
      schema: 1,
      at: timing.now(),
      actor,
      action: "promote-model",
      project,
      subject: promotionText(decision),
      ...(session.commit === undefined ? {} : { commit: session.commit }),
      summary: {},
      outcome: promoted.ok ? "succeeded" : "failed",
      ...(promoted.ok ? {} : { error: promoted.error.message }),
    },
    timing,
  );
  return promoted.ok ? audited : promoted;
}

/** The model is where it was to be promoted: from now on only another deploy changes it. */
async function confirmPromotion(
  { session }: Deploying,
  document: ReleaseDocument,
): Promise<Result<void, PlatformError>> {
  const decided = promotedModel(document.decided);
  return putRelease(session.store, { ...document, decided });
}

/**
 * Disabling a schedule waits for no deploy: one that has planned before looks again before it
 * updates the schedule.
 */
async function withLatestHold(
  { session }: Deploying,
  { release, inputs }: ProjectInput,
  { kind, action }: Change,
  state: ProjectState,
): Promise<Result<{ readonly inputs: DeployInputs; readonly state: ProjectState }, PlatformError>> {
  if (kind !== "schedule" || action !== "update") return ok({ inputs, state });
  const name = release.names.schedule;
  const answers = await Promise.all([
    getHold(session.store, release.project),
    schedule.observe(session.context, [name]),
  ]);
  const read = all(answers);
  if (!read.ok) return read;
  const [hold, observed] = read.value;
  const latest = observed.get(name);
  return ok({
    inputs: { ...inputs, scheduleHeld: hold?.scheduleDisabled },
    state: latest === undefined ? state : { ...state, schedule: latest },
  });
}

const verbs: Readonly<Record<Change["action"], string>> = {
  create: "create",
  update: "update",
  replace: "replace",
  remove: "remove",
  unchanged: "check",
};

/** Gives the image by digest. */
async function publishImage(
  { session, steps }: Deploying,
  { image, release }: ProjectInput,
  changes: readonly Change[],
): Promise<Result<string, PlatformError>> {
  if (image.state === "present") return ok(image.uri);
  const change = changes.find(({ kind }) => kind === "image") ?? {
    kind: "image",
    name: release.names.imageTag,
  };
  const published = await steps.step(change, "publish", () =>
    session.images.publish(release, {
      output: (text) => {
        steps.output(text);
      },
      signal: steps.signal,
    }),
  );
  return published.ok ? ok(published.value.uri) : published;
}

/**
 * A project with nothing to run: its schedule is disabled, and its mark says that this is as it
 * should be.
 */
async function settleIdle(
  { steps, session, actor }: Deploying,
  input: ProjectInput,
  changes: readonly Change[],
): Promise<Result<void, PlatformError>> {
  const disabled = await disableSchedule(steps, input.state, input.release, changes);
  if (!disabled.ok) return disabled;
  const settled = await deployRules({ steps, session }, input, changes, "after");
  if (!settled.ok) return settled;
  const { stateMachine } = input.state;
  if (stateMachine === undefined || !changes.some(({ kind }) => kind === "release")) {
    return ok(undefined);
  }
  const committed = await commit({ steps, session, actor }, input, input.state, undefined);
  return committed.ok ? ok(undefined) : committed;
}

/**
 * Takes a project whose folder is gone out of service: noted first, so that its next deploy looks
 * closely.
 */
export async function retireProject(
  steps: Steps,
  { state, identity, names, plan }: Extract<PreparedProject, { kind: "retire" }>,
): Promise<Result<void, PlatformError>> {
  const machine = { kind: "state-machine", name: names.stateMachine };
  const noted = await steps.step(machine, "tag", (work) => retire(work, names.stateMachine));
  return noted.ok ? disableSchedule(steps, state, identity, plan.changes) : noted;
}

/** Disables a schedule where the plan says so. */
async function disableSchedule(
  steps: Steps,
  state: ProjectState,
  identity: Parameters<typeof ownerOfRelease>[0],
  changes: readonly Change[],
): Promise<Result<void, PlatformError>> {
  const observed = state.schedule;
  const change = changes.find(({ kind }) => kind === "schedule");
  if (observed === undefined || change === undefined) return ok(undefined);
  const disabled = await steps.step(change, "disable", (work) =>
    schedule.ensure(
      work,
      withState(observed, ownerOfRelease(identity), "DISABLED", "DISABLED"),
      observed,
    ),
  );
  return disabled.ok ? ok(undefined) : disabled;
}

/**
 * First the document, so that a mark never names a release that nobody has; then the mark, which
 * says that all is done.
 */
async function commit(
  { session, steps, actor }: Deploying,
  input: ProjectInput,
  state: ProjectState,
  image: string | undefined,
): Promise<Result<ReleaseDocument, PlatformError>> {
  const { release, fingerprint, authored, restores } = input;
  const { context, store } = session;
  const origin = restores === undefined ? session.commit : restores.commit;
  const ami = state.launchTemplate?.data["ImageId"];
  const document: ReleaseDocument = {
    schema: 1,
    release,
    fingerprint,
    ...(authored === undefined ? {} : { authored }),
    // A release that is restored keeps its place in the order of releases, and who made it.
    deployedAt: restores?.deployedAt ?? context.timing.now(),
    actor: restores?.actor ?? actor,
    ...(origin === undefined ? {} : { commit: origin }),
    decided: {
      ...(image === undefined ? {} : { image }),
      ...(typeof ami === "string" ? { ami } : {}),
      ...(state.taskDefinition === undefined ? {} : { task_definition: state.taskDefinition.arn }),
      ...(state.launchTemplate === undefined
        ? {}
        : { launch_template_version: String(state.launchTemplate.version) }),
      ...input.inputs.model,
    },
  };
  const name = { kind: "release", name: `${release.project} ${release.version}` };
  return steps.step(name, "commit", async (work) => {
    const written = await putRelease(store, document);
    if (!written.ok) return written;
    const { after } = release.schedule ?? {};
    const noted = after && (await noteFollower(store, release.project, after.projects));
    if (noted?.ok === false) return noted;
    const forgotten =
      restores === undefined ? await forgetRejection(session, input) : ok(undefined);
    if (!forgotten.ok) return forgotten;
    const task = state.taskDefinition?.arn;
    const hasCluster = state.cluster !== undefined;
    const marked = await mark(work, release.names, hasCluster, { fingerprint, task });
    return marked.ok ? ok(document) : marked;
  });
}
