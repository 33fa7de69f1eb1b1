import type { AwsEnvironment, Workspace } from "../config/model.ts";
import { err, ok, type Result } from "../core/result.ts";
import { unreachable } from "../core/unreachable.ts";
import type { Plan } from "../platform/plan.ts";
import type { PlatformError, PlatformWith } from "../platform/port.ts";
import { applyPrepared } from "./deploy/apply.ts";
import { readBase } from "./bootstrap/layer.ts";
import { appendAudit, listAudit } from "./bucket/audit-trail.ts";
import { rememberedProjects } from "./bucket/releases.ts";
import { bucketStore } from "./bucket/store.ts";
import type { AwsContext, Clients } from "./sdk/context.ts";
import type { Timing } from "../core/clock.ts";
import type { BaseFacts } from "./deploy/desired.ts";
import { fleetIndex } from "./fleet/fleet-index.ts";
import { collectGarbage } from "./gc/gc.ts";
import { identify } from "./sdk/identity.ts";
import type { ImagePort } from "./images/image-port.ts";
import { prepareDeploy } from "./deploy/prepare.ts";
import type { Prepared, PlanRequest } from "./deploy/prepared.ts";
import { prepareDestroy } from "./deploy/prepare-removal.ts";
import { heldReleases } from "./bucket/holds.ts";
import { deployedRelease, deployedReleases, keptReleases } from "./releases/kept.ts";
import { chooseRelease, prepareRollback } from "./releases/rollback.ts";
import { notifierDeliveries } from "./notifier/ask.ts";
import { awsSchedules } from "./schedules.ts";
import { awsSecrets } from "./secrets/secret-store.ts";
import { openSavedPlan, savePlan } from "./deploy/saved-plan.ts";
import { awsArtifacts } from "./runs/artifacts.ts";
import { awsRunImages } from "./runs/run-images.ts";
import { platformRuns, type RunRole } from "./runs/platform-runs.ts";
import type { Session } from "./deploy/session.ts";
import { verifyReleases } from "./verify/verify.ts";
import { accountWatching } from "./watch/watching.ts";

export interface AwsPlatformOptions {
  readonly workspace: Workspace;
  readonly environment: AwsEnvironment;
  readonly clients: Clients;
  readonly timing: Timing;
  /** Who acts, from the ARN that the credentials belong to; absent: that ARN. */
  readonly actor?: (arn: string) => string;
  /** Commit of the working copy. */
  readonly commit?: string;
  /** Take over what has the right name and is nobody's. */
  readonly adopt?: boolean;
  /** How long somebody else's lease is waited for, in milliseconds; absent: ten minutes. */
  readonly leaseWaitMs?: number;
  readonly images: (context: AwsContext) => ImagePort;
  /** Where what is known of finished runs is kept on this machine; absent: nowhere. */
  readonly cacheDirectory?: string;
  /** Absent: what bootstrap has written down, with a look whether it is still there. */
  readonly base?: (context: AwsContext) => Promise<Result<BaseFacts, PlatformError>>;
}

/** An environment on AWS: what the account keeps can be saved, restored, verified and collected. */
export type AwsPlatform = PlatformWith<
  | "savedPlans"
  | "rollbacks"
  | "retained"
  | "garbage"
  | "verification"
  | "secrets"
  | "artifacts"
  | "fleetIndex"
  | "runImages"
  | RunRole
>;

/**
 * Opens an environment on AWS: asks who the credentials belong to, and refuses what can't be right
 * before anything is read or written.
 */
export async function openAwsPlatform(
  options: AwsPlatformOptions,
): Promise<Result<AwsPlatform, PlatformError>> {
  const { environment, clients, timing, workspace } = options;
  const overlap = sharedNames(workspace, environment);
  if (overlap !== undefined) return err(overlap);
  const identity = await identify(clients, environment);
  if (!identity.ok) return identity;
  const context: AwsContext = {
    clients,
    environment,
    workspace: workspace.name,
    partition: identity.value.partition,
    timing,
    actor: options.actor?.(identity.value.arn) ?? identity.value.arn,
  };
  let base: ReturnType<Session["base"]> | undefined;
  return ok(
    platformOf(
      {
        context,
        store: bucketStore(context),
        images: options.images(context),
        base: () => (base ??= (options.base ?? checkedBase)(context)),
        adopt: options.adopt ?? false,
        commit: options.commit,
        leaseWaitMs: options.leaseWaitMs ?? 600_000,
      },
      options,
    ),
  );
}

function checkedBase(context: AwsContext): Promise<Result<BaseFacts, PlatformError>> {
  return readBase(context, { check: true });
}

/**
 * Names carry no environment: two that share account, region and suffix would overwrite each other.
 */
export function sharedNames(
  workspace: Workspace,
  environment: AwsEnvironment,
): PlatformError | undefined {
  const other = [...workspace.environments.values()].find(
    (candidate) =>
      candidate.platform === "aws" &&
      candidate.name !== environment.name &&
      candidate.accountId === environment.accountId &&
      candidate.region === environment.region &&
      candidate.suffix === environment.suffix,
  );
  if (other === undefined) return undefined;
  return {
    reason: "refused",
    message: `${environment.name} and ${other.name} are both in account ${environment.accountId}, ${environment.region}, and their resources have the same names`,
    help: `give one of them a \`suffix\` in esteira.yaml, such as \`suffix: "-${environment.name}"\``,
  };
}

function platformOf(session: Session, options: AwsPlatformOptions): AwsPlatform {
  const { context } = session;
  const { startedFrom, ...runs } = platformRuns(session, options.cacheDirectory);
  /**
   * Plans of this platform, with what they rest on. Any other is planned again before it is
   * applied.
   */
  const made = new WeakMap<Plan, Prepared>();
  const prepare = (request: PlanRequest): Promise<Result<Prepared, PlatformError>> => {
    switch (request.kind) {
      case "deploy":
        return prepareDeploy(session, request.releases, request.options);
      case "destroy":
        return prepareDestroy(session, request.projects, request.also);
      case "rollback":
        return prepareRollback(session, request.document, request.reason);
      default:
        return unreachable(request);
    }
  };
  const remember = (prepared: Result<Prepared, PlatformError>): Result<Plan, PlatformError> => {
    if (!prepared.ok) return prepared;
    made.set(prepared.value.plan, prepared.value);
    return ok(prepared.value.plan);
  };

  return {
    environment: context.environment.name,
    kind: "aws",
    actor: context.actor,

    plan: async (releases, options) =>
      remember(await prepare({ kind: "deploy", releases, options })),
    planDestroy: async (projects) =>
      remember(await prepare({ kind: "destroy", projects, also: {} })),
    retained: {
      bucket: session.store.location.bucket,
      projects: () => rememberedProjects(session.store),
      planDestroy: async (projects, also) =>
        remember(await prepare({ kind: "destroy", projects, also })),
    },
    rollbacks: {
      held: () => heldReleases(session.store),
      async plan(project, { to, reason }) {
        const document = await chooseRelease(session, project, to);
        if (!document.ok) return document;
        return remember(await prepare({ kind: "rollback", document: document.value, reason }));
      },
    },
    async apply(plan, _releases, applying) {
      const prepared = made.get(plan);
      if (prepared === undefined) {
        return err({
          reason: "invalid",
          message: "this plan was not made here",
          help: "a saved plan is applied with `esteira deploy --plan FILE`",
        });
      }
      return applyPrepared(session, prepared, prepare, applying);
    },
    savedPlans: {
      save(plan) {
        const prepared = made.get(plan);
        return prepared && savePlan(session, prepared, context.timing.now());
      },
      async open(saved, releases) {
        const adopting = { ...session, adopt: saved.adopt };
        const opened = await openSavedPlan(adopting, saved, releases, (request) =>
          request.kind === "deploy"
            ? prepareDeploy(adopting, request.releases, request.options)
            : prepare(request),
        );
        return remember(opened.ok ? ok({ ...opened.value, exact: true }) : opened);
      },
    },

    deployed: (project) => deployedRelease(session, project),
    listDeployed: () => deployedReleases(session),
    releases: (project) => keptReleases(session, project),
    garbage: { collect: (projects, options) => collectGarbage(session, projects, options) },
    verification: { verify: (releases, options) => verifyReleases(session, releases, options) },
    secrets: awsSecrets(context),
    fleetIndex: fleetIndex(session),
    artifacts: awsArtifacts(context, session.store.location),
    watching: accountWatching(context, session.store, (uris) => session.images.lost(uris)),
    audit: (page) => listAudit(session.store, page),
    recordAct: (act) =>
      appendAudit(
        session.store,
        { schema: 1, at: context.timing.now(), ...act, summary: {}, outcome: "succeeded" },
        context.timing,
      ),

    ...awsSchedules(session),
    ...runs,
    runImages: awsRunImages(startedFrom, session.images),
    deliveries: notifierDeliveries(context, session.store, (run) => runs.run(run)),
  };
}
