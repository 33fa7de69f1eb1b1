import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release, ResourceNames } from "../../release/release.ts";
import type { AwsContext } from "../sdk/context.ts";
import { fingerprintTag, ownerOf, type Tags } from "../sdk/ownership.ts";
import { clusterListing } from "../resources/cluster.ts";
import { revisionListing } from "../resources/task-revisions.ts";
import type { Listings } from "../resources/listings.ts";
import { retiredTag } from "../resources/marks.ts";
import { scheduleListing } from "../resources/schedule.ts";
import { deployedRevision } from "./deployed-revision.ts";
import type { Stage } from "./stage.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";
import { sweep } from "../sdk/tags.ts";

/** A project whose state machine is in the account, as the tagging service reports it: it lags. */
export interface Marked {
  readonly project: string;
  readonly stateMachine: string;
  /** Of the release that was last deployed whole; undefined when none was yet. */
  readonly fingerprint: string | undefined;
  /** Its folder was gone at the last deploy. */
  readonly retired: boolean;
}

/**
 * All projects of the workspace and environment that have a state machine, by name: one sweep over
 * the tags.
 */
export async function readMarks(
  context: AwsContext,
): Promise<Result<ReadonlyMap<string, Marked>, PlatformError>> {
  const swept = await sweep(context, ["states:stateMachine"]);
  if (!swept.ok) return swept;
  const marks = new Map<string, Marked>();
  for (const [arn, tags] of swept.value) {
    const project = projectOf(tags);
    if (project === undefined) continue;
    const stateMachine = arn.split(":").at(-1) ?? "";
    marks.set(project, {
      project,
      stateMachine,
      fingerprint: tags[fingerprintTag],
      retired: tags[retiredTag] !== undefined,
    });
  }
  return ok(marks);
}

function projectOf(tags: Tags): string | undefined {
  return ownerOf(tags)?.project;
}

/**
 * Reads everything of these projects, each kind in as few requests as it takes; by `names.base`.
 */
export async function observeProjects(
  context: AwsContext,
  projects: readonly ResourceNames[],
  listings: Listings,
  resources: readonly Stage[] = stages,
): Promise<Result<ReadonlyMap<string, ProjectState>, PlatformError>> {
  if (projects.length === 0) return ok(new Map());
  const observed = all(
    await Promise.all(
      resources.map(async (stage) =>
        stage.partOf === undefined
          ? stage.observe(
              context,
              projects.map((names) => stage.name(names)),
              listings,
            )
          : ok(new Map<string, unknown>()),
      ),
    ),
  );
  if (!observed.ok) return observed;
  return ok(
    new Map(
      projects.map((names): [string, ProjectState] => {
        const found = resources.flatMap((stage, index) => {
          const item = observed.value[index]?.get(stage.name(names));
          return item === undefined ? [] : [[stage.key, item] as const];
        });
        const state: ProjectState = Object.fromEntries(found);
        return [
          names.base,
          resources.reduce((known, { partOf }) => partOf?.(known) ?? known, state),
        ];
      }),
    ),
  );
}

/**
 * That a project's resources are all there, and the state of its schedule; their content wasn't
 * read.
 */
export interface Presence {
  /** Kinds of resources that are missing, with their names. */
  readonly missing: readonly string[];
  readonly scheduleEnabled: boolean | undefined;
  /** The commit mark on the cluster, which doesn't lag. */
  readonly mark: string | undefined;
}

/**
 * Looks whether everything of these releases exists, in a handful of requests for a hundred
 * projects; by `names.base`.
 */
export async function lookForPresence(
  releases: readonly Release[],
  listings: Listings,
  resources: readonly Stage[] = stages,
): Promise<Result<ReadonlyMap<string, Presence>, PlatformError>> {
  if (releases.length === 0) return ok(new Map());
  const [present, scheduled, clusters, active] = await Promise.all([
    Promise.all(resources.map(async ({ presence }) => presence?.(listings) ?? ok(everything))),
    listings.of(scheduleListing),
    // Of those with nothing to run, too: where there is a cluster, it bears the mark.
    listings.of(clusterListing),
    listings.of(revisionListing),
  ]);
  const looked = all([all(present), scheduled, clusters, active]);
  if (!looked.ok) return looked;
  const [presences, schedules, marked, revisions] = looked.value;
  const inactive = (release: Release): string[] => {
    const deployed = deployedRevision(release, marked, revisions);
    return deployed === undefined || deployed.active ? [] : [`task-definition ${deployed.name}`];
  };

  return ok(
    new Map(
      releases.map((release): [string, Presence] => {
        const { names } = release;
        const state = schedules.get(names.schedule)?.State;
        return [
          names.base,
          {
            missing: resources
              .flatMap((resource, index) => {
                const name = resource.name(names);
                const isThere = !resource.expected(release) || presences[index]?.has(name) === true;
                return isThere ? [] : [`${resource.kind} ${name}`];
              })
              .concat(inactive(release)),
            scheduleEnabled: schedules.has(names.schedule) ? state === "ENABLED" : undefined,
            mark: marked.get(names.cluster)?.tags[fingerprintTag],
          },
        ];
      }),
    ),
  );
}

/** What comes and goes with another resource is there where that one is. */
const everything = { has: () => true };
