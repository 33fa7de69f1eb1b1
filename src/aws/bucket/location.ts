import type { AwsEnvironment } from "../../config/model.ts";
import { baseNames } from "../bootstrap/names.ts";

/** Where an environment keeps what outlives a run. */
export interface BucketLocation {
  readonly bucket: string;
  /** True when bootstrap made it; false when `artifacts_uri` names one. */
  readonly own: boolean;
  /** Begins every key of what Esteira writes for itself, ends with `/`. */
  readonly documents: string;
  /** Begins every key of an artifact, empty or ends with `/`. */
  readonly artifacts: string;
  /**
   * The same as a URI without a slash at its end: steps find theirs at
   * `{artifactsUri}/{project}/{run}/`.
   */
  readonly artifactsUri: string;
}

/**
 * The environment's own bucket, or the one that `artifacts_uri` names. A named one may serve
 * several environments, hence their names in its keys.
 */
export function bucketLocation(
  workspace: string,
  environment: Pick<AwsEnvironment, "name" | "accountId" | "artifactsUri">,
): BucketLocation {
  if (environment.artifactsUri === undefined) {
    const { bucket } = baseNames(workspace, environment);
    return {
      bucket,
      own: true,
      documents: "esteira/v1/",
      artifacts: "artifacts/",
      artifactsUri: `s3://${bucket}/artifacts`,
    };
  }
  const [bucket = "", ...path] = environment.artifactsUri
    .replace(/^s3:\/\//, "")
    .replace(/(?<!\/)\/+$/, "")
    .split("/");
  const artifacts = path.length === 0 ? "" : `${path.join("/")}/`;
  return {
    bucket,
    own: false,
    documents: `esteira/v1/${workspace}/${environment.name}/`,
    artifacts,
    artifactsUri: `s3://${[bucket, ...path].join("/")}`,
  };
}

/**
 * Keys of the documents, below the location's `documents`. Written down in
 * `docs/reference/bucket.md`; a change needs a new version.
 */
export const keys = {
  base: "base.json",
  lease: "lease.json",
  release: (project: string, fingerprint: string) => `releases/${project}/${fingerprint}.json`,
  allReleases: "releases/",
  releases: (project: string) => `releases/${project}/`,
  hold: (project: string) => `holds/${project}.json`,
  holds: "holds/",
  /** By whom a run that has ended is continued. */
  resumption: (project: string, run: string) => `resumed/${project}/${run}.json`,
  audit: "audit/",
  /** Who was notified of a run's end: one document an end, as a redrive makes another. */
  notified: (project: string, run: string, redriveCount: number) =>
    `notified/${project}/${run}-${redriveCount}.json`,
  notifiedOf: (project: string, run: string) => `notified/${project}/${run}-`,
  /** Names an end that somebody still waits to be notified of; empty. */
  unreported: (project: string, run: string, redriveCount: number) =>
    `untold/${project}/${run}-${redriveCount}`,
  allUnreported: "untold/",
  ledgerRuns: (project: string) => `ledger/${project}/runs/`,
  ledgerHistory: (project: string, run: string) => `ledger/${project}/history/${run}.json`,
  ledgerSucceeded: (project: string) => `ledger/${project}/succeeded/`,
  /** Names a project that follows another one. */
  follower: (project: string, follower: string) => `followers/${project}/${follower}.json`,
  followers: (project: string) => `followers/${project}/`,
  /** A success that counts for a follower's start. */
  counted: (follower: string, key: string) => `followed/${follower}/${key}/counted/`,
  started: (follower: string, key: string) => `followed/${follower}/${key}/started.json`,
  round: (follower: string) => `followed/${follower}/round.json`,
  /** Who holds places of pools, and who waits for them. */
  pools: "pools.json",
  /** That objects of a bucket start a project, and which. */
  trigger: (bucket: string, project: string) => `triggers/${bucket}/${project}.json`,
  triggers: (bucket: string) => `triggers/${bucket}/`,
  allTriggers: "triggers/",
  /** Objects that have arrived and are in no run yet. */
  allArrived: "arrived/open/",
  arrivedOf: (project: string) => `arrived/open/${project}/`,
  arrived: (project: string, arrival: string) => `arrived/open/${project}/${arrival}.json`,
  /** A mark that the object is in a run, or was passed over. */
  taken: (project: string, arrival: string) => `arrived/taken/${project}/${arrival}`,
  /** What one run of several objects is for. */
  windows: (project: string) => `arrived/windows/${project}/`,
  watched: (project: string) => `notified/${project}/watch/`,
  /**
   * The fleet's index, by the order in which it is read: the last nights, how each project's newest
   * run ended and what runs are in one stretch of keys. A key ends with what it says.
   */
  fleet: "fleet/",
  fleetDays: "fleet/days/",
  fleetDay: (night: string, project: string) => `fleet/days/${night}/${project}/`,
  fleetLasts: "fleet/last/",
  fleetLast: (project: string) => `fleet/last/${project}/`,
  fleetOpens: "fleet/open/",
  fleetOpensOf: (project: string) => `fleet/open/${project}/`,
  fleetOpen: (project: string, run: string) => `fleet/open/${project}/${run}/`,
  fleetProjects: "fleet/projects.json",
  fleetRuns: "fleet/runs/",
  fleetRun: (left: string, run: string) => `fleet/runs/${left}-${run}/`,
  /** Ends that a night's row counts. */
  fleetSeens: "fleet/seen/",
  fleetSeen: (night: string, project: string) => `fleet/seen/${night}/${project}/`,
} as const;
