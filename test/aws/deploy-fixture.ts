import type { AwsContext, Clients } from "../../src/aws/sdk/context.ts";
import type { Timing } from "../../src/core/clock.ts";
import type { ImagePort, ImageState } from "../../src/aws/images/image-port.ts";
import {
  type AwsPlatform,
  type AwsPlatformOptions,
  openAwsPlatform,
} from "../../src/aws/platform.ts";
import type { AwsEnvironment, Project, Workspace } from "../../src/config/model.ts";
import { environmentName, projectName, stepId } from "../../src/core/ids.ts";
import { fingerprintOf } from "../../src/core/json.ts";
import type { Plan, PlanOptions } from "../../src/platform/plan.ts";
import type { ApplyEvent, ApplyOptions, ApplySummary, Platform } from "../../src/platform/port.ts";
import { makeRelease } from "../../src/release/build.ts";
import { GENERATION } from "../../src/release/generation.ts";
import type { FingerprintedRelease, Release } from "../../src/release/release.ts";
import { bootstrap } from "./rig/bootstrap.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import type { MotoServer } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { hastyTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

/**
 * The mission's own project, as its configuration is normalized; changed where the test says so.
 */
export function recsys(changes: Partial<Project> = {}): Project {
  const retry = { intervalSeconds: 60, backoffRate: 2, maxIntervalSeconds: 600 };
  const step = { timeoutSeconds: 3600, retries: 2, retry, environmentVariables: {} };
  return {
    name: projectName("recsys"),
    environment: environmentName("dev"),
    directory: "src/projects/recsys",
    description: "Sistema de recomendação de veículos",
    version: "1.0.0",
    owners: { technical: "ml-team@rentcars.com", business: "produto@rentcars.com" },
    schedule: {
      enabled: true,
      cron: "0 3 * * *",
      timezone: "UTC",
      overlap: "allow",
      deadline: undefined,
    },
    runtime: {
      pythonVersion: "3.11",
      requirementsFile: "requirements.txt",
      dockerfile: "Dockerfile",
      environmentVariables: {},
      secrets: {},
    },
    batchEnabled: true,
    steps: [
      {
        ...step,
        id: stepId("extract_features"),
        name: "Extract Features",
        command: "python steps/extract_features.py",
        dependsOn: [],
        resources: { cpu: 1, memoryGb: 4, gpu: 0 },
        forEach: undefined,
      },
      {
        ...step,
        id: stepId("score_model"),
        name: "Score Model",
        command: "python steps/score_model.py",
        dependsOn: [stepId("extract_features")],
        resources: { cpu: 2, memoryGb: 8, gpu: 0 },
        forEach: undefined,
      },
    ],
    parameters: [],
    compute: {
      provider: "ec2",
      instanceTypes: ["t3.xlarge"],
      minQuantity: 0,
      maxQuantity: 2,
      spot: true,
      onDemandFallback: false,
      diskGb: 50,
    },
    taskRoleArn: undefined,
    notifications: {
      onSuccess: [{ kind: "email", address: "ml-team@rentcars.com" }],
      onFailure: [{ kind: "email", address: "oncall@rentcars.com" }],
    },
    model: {
      name: "recsys",
      required: true,
      alias: undefined,
      metrics: {},
      promoteOnDeploy: false,
    },
    testCommand: undefined,
    authored: fingerprintOf(changes),
    ...changes,
  };
}

/** As many projects like it as asked for, each with its own name. */
export function manyProjects(count: number): Project[] {
  return Array.from({ length: count }, (_unused, index) => {
    const name = `project-${String(index).padStart(3, "0")}`;
    return recsys({ name: projectName(name), directory: `src/projects/${name}` });
  });
}

/**
 * A registry that keeps what is published in memory, under the hash of its source; its digests are
 * made of that hash.
 */
export function recordedImages(): ImagePort & {
  readonly published: string[];
  /** Digests that the last clean-up was asked to keep. */
  readonly kept: Set<string>;
  /** Tags of each project, for what is to be cleaned up when nothing is kept. */
  readonly tags: Map<string, readonly string[]>;
  /** Removes a project's image from the registry, as somebody might. */
  readonly remove: (project: string) => void;
} {
  const tags = new Map<string, readonly string[]>();
  const gone = new Set<string>();
  const kept = new Set<string>();
  const there = new Map<string, string>();
  const published: string[] = [];
  const uriOf = (digest: string) =>
    `123456789012.dkr.ecr.us-east-1.amazonaws.com/ml-projects@${digest}`;
  const isGone = (tag: string) => [...gone].some((project) => tag.startsWith(`${project}-`));
  const digestOf = ({ image }: Release) => `sha256:${fingerprintOf(image.sourceHash)}`;
  return {
    published,
    kept,
    tags,
    remove: (project) => {
      gone.add(project);
    },
    lost: (uris) => {
      const left = new Set(
        [...there].flatMap(([tag, digest]) => (isGone(tag) ? [] : uriOf(digest))),
      );
      return Promise.resolve({ ok: true, value: new Set(uris.filter((uri) => !left.has(uri))) });
    },
    absent: () => Promise.resolve({ ok: true, value: gone }),
    cleanUp: ({ project }, digests, dryRun) => {
      kept.clear();
      for (const digest of digests) kept.add(digest);
      const removed = digests.size === 0 ? (tags.get(project) ?? []) : [];
      if (!dryRun && removed.length > 0) tags.set(project, []);
      return Promise.resolve({ ok: true, value: removed });
    },
    resolve: (releases) => {
      const states = releases.map((release): [string, ImageState] => {
        const digest = there.get(release.names.imageTag);
        return [
          release.project,
          digest === digestOf(release) && !gone.has(release.project)
            ? { state: "present", digest, uri: uriOf(digest) }
            : { state: "missing", note: `will be built from ${release.image.context}` },
        ];
      });
      return Promise.resolve({ ok: true, value: new Map(states) });
    },
    pull: () => Promise.resolve({ ok: true, value: undefined }),
    publish: (release, { output }) => {
      const digest = digestOf(release);
      there.set(release.names.imageTag, digest);
      gone.delete(release.project);
      published.push(release.names.imageTag);
      output(`built ${release.names.imageTag}`);
      return Promise.resolve({ ok: true, value: { digest, uri: uriOf(digest), built: true } });
    },
  };
}

export interface TestEnvironment {
  readonly context: AwsContext;
  readonly workspace: Workspace;
  readonly images: ReturnType<typeof recordedImages>;
  open(options?: Partial<AwsPlatformOptions>): Promise<AwsPlatform>;
  release(
    project: Project,
    hash?: string,
    generation?: number,
    changes?: Partial<AwsEnvironment>,
  ): FingerprintedRelease;
}

/**
 * An environment with its base layer, made as an administrator makes it.
 *
 * @param clients who looks at it, the account's root at the server itself unless said otherwise
 */
export async function bootstrapped(
  server: MotoServer,
  changes: Partial<AwsEnvironment> = {},
  timing?: Timing,
  clients: Clients = server.clients(),
): Promise<TestEnvironment> {
  const network = await server.prepared(`base layer ${JSON.stringify(changes)}`, async () => {
    const timing = hastyTiming;
    const context = await contextInNetwork(server.clients({ timing }), changes, { timing });
    await bootstrap(context);
    const { vpcId, subnetIds } = context.environment;
    return { vpcId, subnetIds };
  });
  const environment = awsEnvironment({ ...network, ...changes });
  const timed = timing === undefined ? {} : { timing };
  return environmentAround(awsContext(clients, { environment, ...timed }));
}

export function environmentAround(context: AwsContext): TestEnvironment {
  const { environment, timing } = context;
  const images = recordedImages();
  const workspace = workspaceWith(environment);
  return {
    context,
    workspace,
    images,
    open: async (options = {}) =>
      unwrap(
        await openAwsPlatform({
          workspace,
          environment,
          clients: context.clients,
          timing,
          commit: "0123abc",
          images: () => images,
          ...options,
        }),
      ),
    release: (project, hash = "source-1", generation = GENERATION, changes = {}) =>
      makeRelease(project, workspace, { ...environment, ...changes }, hash, generation),
  };
}

export function workspaceWith(...environments: readonly AwsEnvironment[]): Workspace {
  return {
    name: "acme",
    projects: "src/projects/*",
    ignore: [],
    branches: { feature: "feature/<project>-<description>", also: [], environments: {} },
    environments: new Map(environments.map((environment) => [environment.name, environment])),
  };
}

/** Plans as a command does: all projects that there are. */
export async function planned(
  platform: Platform,
  releases: readonly FingerprintedRelease[],
  options: Partial<PlanOptions> = {},
): Promise<Plan> {
  const known = releases.map(({ release }) => release.project);
  return unwrap(await platform.plan(releases, { known, ...options }));
}

export interface Deployed {
  readonly plan: Plan;
  readonly summary: ApplySummary;
  readonly events: readonly ApplyEvent[];
}

/** Plans and applies. */
export async function deploy(
  platform: Platform,
  releases: readonly FingerprintedRelease[],
  options: Partial<PlanOptions> = {},
): Promise<Deployed> {
  const plan = await planned(platform, releases, options);
  return { plan, ...(await apply(platform, plan, releases)) };
}

export async function apply(
  platform: Platform,
  plan: Plan,
  releases: readonly FingerprintedRelease[] = [],
  options: Pick<ApplyOptions, "promote"> = {},
): Promise<Omit<Deployed, "plan">> {
  const events: ApplyEvent[] = [];
  const summary = unwrap(
    await platform.apply(plan, releases, {
      actor: "ana",
      listener: (event) => events.push(event),
      ...options,
    }),
  );
  return { summary, events };
}

/** `update cluster ml-cluster-recsys: tags.x (drift)` for whatever isn't unchanged. */
export function changeLines(plan: Plan, project = "recsys"): string[] {
  const found = plan.projects.find((candidate) => candidate.project === project);
  return (found?.changes ?? [])
    .filter(({ action }) => action !== "unchanged")
    .map(({ action, kind, name, fields, drift }) => {
      const paths = fields.length === 0 ? "" : `: ${fields.map(({ path }) => path).join(", ")}`;
      return `${action} ${kind} ${name}${paths}${drift ? " (drift)" : ""}`;
    });
}
