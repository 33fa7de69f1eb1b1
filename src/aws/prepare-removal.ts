import type { ProjectName } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { Change } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import { resourceNames } from "../release/names.ts";
import type { ResourceNames } from "../release/release.ts";
import { lookAtLease } from "./bucket/lease.ts";
import { ownerOfRelease } from "./desired.ts";
import { observeProjects } from "./observe.ts";
import { describeOwner, isSameOwner } from "./ownership.ts";
import { disabling } from "./plan.ts";
import { planOf, type Prepared, type PreparedProject } from "./prepared.ts";
import { type Listings, listingsOf } from "./resources/listings.ts";
import { schedule } from "./resources/schedule.ts";
import { retiredTag } from "./resources/marks.ts";
import type { Session } from "./session.ts";
import { stages } from "./stages.ts";
import type { ProjectState, StateKey } from "./state.ts";

/** A project that may have no folder any more, and the names of what it has. */
export interface NamedProject {
  readonly project: ProjectName;
  readonly names: ResourceNames;
}

export function namedProject({ context }: Session, project: ProjectName): NamedProject {
  return { project, names: resourceNames({ name: project, version: "" }, context.environment) };
}

/** Plans the removal of everything that deploys made for these projects; logs and images stay. */
export async function prepareDestroy(
  session: Session,
  projects: readonly ProjectName[],
): Promise<Result<Prepared, PlatformError>> {
  const seen = await lookAtLease(session.store);
  if (!seen.ok) return seen;
  const named = projects.map((project) => namedProject(session, project));
  const listings = listingsOf(
    session.context,
    named.map(({ names }) => names),
  );
  const removals = await prepareRemoval(session, named, listings);
  if (!removals.ok) return removals;
  return ok({
    plan: {
      schema: 1,
      environment: session.context.environment.name,
      platform: "aws",
      projects: removals.value.map(planOf),
    },
    request: { kind: "destroy", projects },
    projects: removals.value,
    seen: seen.value,
  });
}

/**
 * From what starts things to what they run on: each is gone before what it needs. Log groups are no part of it; they keep what was logged
 * for as long as their retention says.
 */
export const removalOrder: readonly StateKey[] = [
  "schedule",
  "stateMachine",
  "clusterCapacity",
  "capacityProvider",
  "autoScalingGroup",
  "cluster",
  "launchTemplate",
  "taskDefinition",
];

export async function prepareRemoval(
  session: Session,
  projects: readonly NamedProject[],
  listings: Listings,
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  const states = await observeProjects(
    session.context,
    projects.map(({ names }) => names),
    listings,
  );
  if (!states.ok) return states;
  return ok(
    projects.flatMap(({ project, names }): PreparedProject[] => {
      const identity = identityOf(session, project);
      const owner = ownerOfRelease(identity);
      const state = states.value.get(names.base) ?? {};
      const present = stages.filter(({ key }) => state[key] !== undefined);
      const ours = present.filter((stage) => isSameOwner(stage.ownerOf(state), owner));
      const others = present.filter((stage) => !ours.includes(stage));
      const removed = removalOrder.flatMap((key) => ours.filter((stage) => stage.key === key));
      const changes = removed.map((stage, index): Change => ({
        kind: stage.kind,
        name: stage.name(names),
        action: "remove",
        fields: [],
        drift: false,
        ...(index === removed.length - 1 ? { note: "logs, images and artifacts are kept" } : {}),
      }));
      if (removed.length === 0) return [];
      const removal: PreparedProject = {
        kind: "remove",
        names,
        identity,
        state: Object.fromEntries(ours.map(({ key }) => [key, state[key]])),
        plan: {
          project,
          fingerprint: undefined,
          changes,
          hold: undefined,
          warnings: others.map((stage) => {
            const found = stage.ownerOf(state);
            const whose =
              found === undefined ? "isn't Esteira's" : `belongs to ${describeOwner(found)}`;
            return `${stage.kind} ${stage.name(names)} ${whose} and is left alone`;
          }),
        },
      };
      return [removal];
    }),
  );
}

/** Projects whose folder is gone: their schedule is disabled, and the rest stays until somebody asks for `--prune`. */
export async function prepareRetirement(
  session: Session,
  projects: readonly NamedProject[],
  listings: Listings,
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  if (projects.length === 0) return ok([]);
  const listed = await listings.schedules();
  if (!listed.ok) return listed;
  const enabled = projects
    .map(({ names }) => names.schedule)
    .filter((name) => listed.value.get(name)?.State === "ENABLED");
  const observed = await schedule.observe(session.context, enabled);
  if (!observed.ok) return observed;
  return ok(
    projects.map(({ project, names }): PreparedProject => {
      const identity = identityOf(session, project);
      const found = observed.value.get(names.schedule);
      const state: ProjectState = found === undefined ? {} : { schedule: found };
      const disabled = disabling(state, identity, "the project's folder is gone");
      return {
        kind: "retire",
        names,
        state,
        identity,
        plan: {
          project,
          fingerprint: undefined,
          changes: disabled === undefined ? [] : [retiring(names), disabled],
          hold: undefined,
          warnings: [
            `${project} is deployed and has no folder any more: ${disabled === undefined ? "its schedule is disabled" : "its schedule will be disabled"}, and \`esteira deploy -e ${session.context.environment.name} --prune\` removes the rest`,
          ],
        },
      };
    }),
  );
}

/** First of all it is noted, so that the project's next deploy looks closely. */
function retiring({ stateMachine }: ResourceNames): Change {
  return {
    kind: "state-machine",
    name: stateMachine,
    action: "update",
    fields: [{ path: `tags.${retiredTag}`, before: undefined, after: "true" }],
    drift: false,
  };
}

function identityOf({ context }: Session, project: ProjectName) {
  return { workspace: context.workspace, environment: context.environment.name, project };
}
