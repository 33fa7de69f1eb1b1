import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release, ResourceNames } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { fingerprintTag, ownerOf, type Tags } from "../sdk/ownership.ts";
import { listGroups } from "../resources/auto-scaling-group.ts";
import { readClusters } from "../resources/cluster.ts";
import { listTemplates } from "../resources/launch-template.ts";
import type { Listings } from "../resources/listings.ts";
import { workflowLogGroup } from "../resources/names.ts";
import { retiredTag } from "../resources/marks.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";
import { sweep } from "../sdk/tags.ts";

/** A project whose state machine is in the account, as the tagging service tells it: it lags. */
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
): Promise<Result<ReadonlyMap<string, ProjectState>, PlatformError>> {
  if (projects.length === 0) return ok(new Map());
  const observed = all(
    await Promise.all(
      stages.map(async (stage) =>
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
        const found = stages.flatMap((stage, index) => {
          const item = observed.value[index]?.get(stage.name(names));
          return item === undefined ? [] : [[stage.key, item] as const];
        });
        const state: ProjectState = Object.fromEntries(found);
        return [names.base, stages.reduce((known, { partOf }) => partOf?.(known) ?? known, state)];
      }),
    ),
  );
}

/**
 * That a project's resources are all there, and how its schedule stands; their content wasn't read.
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
  context: AwsContext,
  releases: readonly Release[],
  listings: Listings,
): Promise<Result<ReadonlyMap<string, Presence>, PlatformError>> {
  if (releases.length === 0) return ok(new Map());
  const environment = context.environment.name;
  const running = releases.filter(({ definition }) => definition !== undefined);
  const names = (name: (names: ResourceNames) => string) => running.map((it) => name(it.names));
  const answers = await Promise.all([
    listings.stateMachines(),
    listings.schedules(),
    listings.families(),
    listings.logGroups(),
    callAws(environment, "read clusters", () =>
      readClusters(
        context,
        // Of those with nothing to run, too: where there is one, it bears the mark.
        releases.map(({ names }) => names.cluster),
      ),
    ),
    callAws(environment, "read auto scaling groups", () =>
      listGroups(
        context,
        names(({ autoScalingGroup }) => autoScalingGroup),
      ),
    ),
    callAws(environment, "read launch templates", () =>
      listTemplates(
        context,
        names(({ launchTemplate }) => launchTemplate),
      ),
    ),
  ]);
  const looked = all(answers);
  if (!looked.ok) return looked;
  const [machines, schedules, families, logGroups, clusters, groups, templates] = looked.value;
  const groupNames = new Set(
    groups
      .filter(({ Status }) => Status === undefined)
      .map(({ AutoScalingGroupName = "" }) => AutoScalingGroupName),
  );
  const templateNames = new Set(templates.map(({ LaunchTemplateName = "" }) => LaunchTemplateName));

  return ok(
    new Map(
      releases.map((release): [string, Presence] => {
        const is = release.names;
        const scheduled = schedules.get(is.schedule);
        const attached = clusters.get(is.cluster)?.capacity.capacityProviders ?? [];
        const expected: readonly (readonly [string, boolean])[] = [
          [`state-machine ${is.stateMachine}`, machines.has(is.stateMachine)],
          ...(release.definition === undefined
            ? []
            : ([
                [`log-group ${is.logGroup}`, logGroups.has(is.logGroup)],
                [`log-group ${workflowLogGroup(is)}`, logGroups.has(workflowLogGroup(is))],
                [`cluster ${is.cluster}`, clusters.has(is.cluster)],
                [`launch-template ${is.launchTemplate}`, templateNames.has(is.launchTemplate)],
                [`auto-scaling-group ${is.autoScalingGroup}`, groupNames.has(is.autoScalingGroup)],
                // What is attached to a cluster can't be deleted: it is there.
                [
                  `capacity-provider ${is.capacityProvider}`,
                  attached.includes(is.capacityProvider),
                ],
                [`task-definition ${is.taskFamily}`, families.has(is.taskFamily)],
                [
                  `schedule ${is.schedule}`,
                  release.schedule === undefined || scheduled !== undefined,
                ],
              ] as const)),
        ];
        return [
          is.base,
          {
            missing: expected.filter(([, there]) => !there).map(([resource]) => resource),
            scheduleEnabled: scheduled === undefined ? undefined : scheduled.State === "ENABLED",
            mark: clusters.get(is.cluster)?.tags[fingerprintTag],
          },
        ];
      }),
    ),
  );
}
