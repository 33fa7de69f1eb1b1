import type { AwsEnvironment, Workspace } from "../config/model.ts";
import type { ProjectName } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import { unreachable } from "../core/unreachable.ts";
import type { Plan } from "../platform/plan.ts";
import type { Capability, Page, PageRequest, Platform, PlatformError } from "../platform/port.ts";
import type { Act } from "../platform/records.ts";
import type { OwnWatching } from "../platform/watch/watch.ts";
import type { FingerprintedRelease } from "../release/release.ts";
import { applyPrepared } from "./deploy/apply.ts";
import { readBase } from "./bootstrap/layer.ts";
import { appendAudit, type AuditEntry, listAudit } from "./bucket/audit-trail.ts";
import type { BucketLocation } from "./bucket/location.ts";
import { rememberedProjects } from "./bucket/releases.ts";
import { bucketStore } from "./bucket/store.ts";
import type { AwsContext, Clients } from "./sdk/context.ts";
import type { Timing } from "../core/clock.ts";
import type { BaseFacts } from "./deploy/desired.ts";
import { collectGarbage, type Garbage, type GarbageOptions } from "./gc/gc.ts";
import { identify } from "./sdk/identity.ts";
import type { ImagePort } from "./images/image-port.ts";
import { prepareDeploy } from "./deploy/prepare.ts";
import type { AlsoRemoved, Prepared, PlanRequest } from "./deploy/prepared.ts";
import { prepareDestroy } from "./deploy/prepare-removal.ts";
import {
  deployedRelease,
  deployedReleases,
  type KeptRelease,
  keptReleases,
} from "./releases/kept.ts";
import { chooseRelease, prepareRollback } from "./releases/rollback.ts";
import { notifierTelling } from "./notifier/ask.ts";
import { awsSchedules } from "./schedules.ts";
import { openSavedPlan, type SavedPlan, savePlan } from "./deploy/saved-plan.ts";
import { platformRuns, type RunExtras } from "./runs/platform-runs.ts";
import type { Session } from "./deploy/session.ts";
import type { Check } from "../platform/check.ts";
import type { Telling } from "../platform/watch/telling.ts";
import { type VerifyOptions, verifyReleases } from "./verify/verify.ts";
import { accountWatching } from "./watch/watching.ts";

export interface AwsPlatformOptions {
  readonly workspace: Workspace;
  readonly environment: AwsEnvironment;
  readonly clients: Clients;
  readonly timing: Timing;
  /** Who acts; absent: the ARN that the credentials belong to. */
  readonly actor?: string;
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

/** What an environment on AWS can do beyond the port. */
export interface AwsExtras extends RunExtras, Telling {
  /** Who the credentials belong to, or who was named. */
  readonly actor: string;
  /** A plan as a file has it; undefined for one of a rollback or a destroy. */
  savePlan(plan: Plan): SavedPlan | undefined;
  /** Makes a saved plan one that `apply` takes, or says what has moved since. */
  openPlan(
    saved: SavedPlan,
    releases: readonly FingerprintedRelease[],
  ): Promise<Result<Plan, PlatformError>>;
  /** What can be restored of a project, the newest first. */
  releases(project: ProjectName): Promise<Result<readonly KeptRelease[], PlatformError>>;
  /** Plans to restore an earlier release; applying it records the hold. */
  planRollback(
    project: ProjectName,
    options: { readonly to?: string; readonly reason?: string },
  ): Promise<Result<Plan, PlatformError>>;
  /** As `planDestroy`, with more than what runs. */
  planDestroyAlso(
    projects: readonly ProjectName[],
    also: AlsoRemoved,
  ): Promise<Result<Plan, PlatformError>>;
  /** Projects that the bucket has releases of, deployed or not. */
  rememberedProjects(): Promise<Result<readonly ProjectName[], PlatformError>>;
  /** Where the environment keeps what outlives a run. */
  readonly bucket: BucketLocation;
  /**
   * Removes what no kept release, running execution or resumable failure names; or says what it
   * would.
   */
  collectGarbage(
    projects: readonly ProjectName[],
    options: GarbageOptions,
  ): Promise<Result<readonly Garbage[], PlatformError>>;
  /** Looks whether the account has what these releases need. Reads only. */
  verify(
    releases: readonly FingerprintedRelease[],
    options?: VerifyOptions,
  ): Promise<Result<readonly Check[], PlatformError>>;
  /** What only an account can tell of runs that should have started or go on. */
  readonly watching: OwnWatching;
  /** The audit trail, the newest first. */
  audit(page: PageRequest): Promise<Result<Page<AuditEntry>, PlatformError>>;
  /** Adds something that was done beside the platform to the audit trail. */
  recordAct(act: Act): Promise<Result<void, PlatformError>>;
}

const capabilities: ReadonlySet<Capability> = new Set([
  "plan",
  "apply",
  "destroy",
  "rollback",
  "schedules",
  "images",
  "start",
  "stop",
  "resume",
  "events",
  "logs",
]);

/**
 * Opens an environment on AWS: asks who the credentials belong to, and refuses what can't be right
 * before anything is read or written.
 */
export async function openAwsPlatform(
  options: AwsPlatformOptions,
): Promise<Result<Platform & AwsExtras, PlatformError>> {
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
    actor: options.actor ?? identity.value.arn,
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

function platformOf(session: Session, options: AwsPlatformOptions): Platform & AwsExtras {
  const { context } = session;
  const runs = platformRuns(session, options.cacheDirectory);
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
    capabilities,
    actor: context.actor,

    plan: async (releases, options) =>
      remember(await prepare({ kind: "deploy", releases, options })),
    planDestroy: async (projects) =>
      remember(await prepare({ kind: "destroy", projects, also: {} })),
    planDestroyAlso: async (projects, also) =>
      remember(await prepare({ kind: "destroy", projects, also })),
    rememberedProjects: () => rememberedProjects(session.store),
    bucket: session.store.location,
    async planRollback(project, { to, reason }) {
      const document = await chooseRelease(session, project, to);
      if (!document.ok) return document;
      return remember(await prepare({ kind: "rollback", document: document.value, reason }));
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
    savePlan(plan) {
      const prepared = made.get(plan);
      return prepared && savePlan(session, prepared, context.timing.now());
    },
    openPlan: async (saved, releases) =>
      remember(
        await openSavedPlan({ ...session, adopt: saved.adopt }, saved, releases, (request) =>
          request.kind === "deploy"
            ? prepareDeploy({ ...session, adopt: saved.adopt }, request.releases, request.options)
            : prepare(request),
        ),
      ),

    deployed: (project) => deployedRelease(session, project),
    listDeployed: () => deployedReleases(session),
    releases: (project) => keptReleases(session, project),
    collectGarbage: (projects, options) => collectGarbage(session, projects, options),
    verify: (releases, options) => verifyReleases(session, releases, options),
    watching: accountWatching(context, session.store),
    audit: (page) => listAudit(session.store, page),
    recordAct: (act) =>
      appendAudit(
        session.store,
        { schema: 1, at: context.timing.now(), ...act, summary: {}, outcome: "succeeded" },
        context.timing,
      ),

    ...awsSchedules(session),
    ...runs,
    ...notifierTelling(context, session.store, (run) => runs.run(run)),
  };
}
