import type { ProjectName } from "../../core/ids.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { resourceNames } from "../../release/names.ts";
import type { ResourceNames } from "../../release/release.ts";
import { prepareBucketRemoval } from "../bootstrap/remove-bucket.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { lookAtLease } from "../bucket/lease.ts";
import { dataChanges, readDataFactsOf } from "./data-rules.ts";
import { ownerOfRelease } from "./desired.ts";
import { observeProjects } from "./observe.ts";
import { describeOwner, isSameOwner } from "../sdk/ownership.ts";
import { disabling } from "./plan.ts";
import type { Prepared, PreparedProject } from "./prepared.ts";
import { type Listings, listingsOf } from "../resources/listings.ts";
import { schedule, scheduleListing } from "../resources/schedule.ts";
import { retiredTag } from "../resources/marks.ts";
import type { Session } from "./session.ts";
import { removalOrder, type Stage } from "./stage.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";
import type { AlsoRemoved } from "../../platform/roles/retained.ts";

/** A project that may have no folder any more, and the names of what it has. */
export interface NamedProject {
  readonly project: ProjectName;
  readonly names: ResourceNames;
}

export function namedProject(
  { context }: Pick<Session, "context">,
  project: ProjectName,
): NamedProject {
  return { project, names: resourceNames({ name: project, version: "" }, context.environment) };
}

/**
 * Plans the removal of everything that deploys made for these projects; logs, images and the bucket
 * stay unless `also` says otherwise.
 */
export async function prepareDestroy(
  session: Session,
  projects: readonly ProjectName[],
  also: AlsoRemoved,
): Promise<Result<Prepared, PlatformError>> {
  const seen = await lookAtLease(session.store);
  if (!seen.ok) return seen;
  const named = projects.map((project) => namedProject(session, project));
  const listings = listingsOf(
    session.context,
    named.map(({ names }) => names),
  );
  const removals = await prepareRemovalWithRules(session, named, listings, also);
  if (!removals.ok) return removals;
  const all = [...removals.value];
  if (also.bucket === true) {
    const bucket = await prepareBucketRemoval(session);
    if (!bucket.ok) return bucket;
    all.push(bucket.value);
  }
  return ok({
    plan: {
      schema: 1,
      environment: session.context.environment.name,
      platform: "aws",
      projects: all.map(({ plan }) => plan),
    },
    request: { kind: "destroy", projects, also },
    projects: all,
    seen: seen.value,
  });
}

/**
 * Plans the removal of what is there of these projects and Esteira's; what belongs to others is
 * left alone, with a warning.
 */
export async function prepareRemoval(
  session: Session,
  projects: readonly NamedProject[],
  listings: Listings,
  also: AlsoRemoved = {},
  resources: readonly Stage[] = stages,
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  const states = await observeProjects(
    session.context,
    projects.map(({ names }) => names),
    listings,
    resources,
  );
  if (!states.ok) return states;
  const images = await imagesOf(session, projects, also);
  if (!images.ok) return images;
  const order = removalOrder(resources).filter(
    ({ removal: { onlyWith } }) => onlyWith === undefined || also[onlyWith] === true,
  );
  return ok(
    projects.flatMap(({ project, names }): PreparedProject[] => {
      const identity = identityOf(session, project);
      const owner = ownerOfRelease(identity);
      const state = states.value.get(names.base) ?? {};
      const present = resources.filter(({ key }) => state[key] !== undefined);
      const ours = present.filter((stage) => isSameOwner(stage.ownerOf(state), owner));
      const others = present.filter((stage) => !ours.includes(stage));
      const changes = order
        .filter((stage) => ours.includes(stage))
        .map((stage): Change => ({ ...removed, kind: stage.kind, name: stage.name(names) }));
      const tags = images.value.get(project) ?? [];
      if (tags.length > 0) {
        changes.push({ ...removed, kind: "images", name: names.base, note: someOf(tags) });
      }
      const last = changes.pop();
      if (last === undefined) return [];
      changes.push({ ...last, note: [last.note, kept(also)].filter(Boolean).join("; ") });
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
          warnings: [
            ...others.map((stage) => {
              const found = stage.ownerOf(state);
              const whose =
                found === undefined ? "isn't Esteira's" : `belongs to ${describeOwner(found)}`;
              return `${stage.kind} ${stage.name(names)} ${whose} and is left alone`;
            }),
            ...(also.images === true && session.images.cleanUp === undefined
              ? ["its images have the tags of another environment's too and are left alone"]
              : []),
          ],
        },
      };
      return [removal];
    }),
  );
}

/** The same with the rules that no other project needs: they go first, as what starts things. */
export async function prepareRemovalWithRules(
  session: Session,
  projects: readonly NamedProject[],
  listings: Listings,
  also: AlsoRemoved = {},
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  const removals = await prepareRemoval(session, projects, listings, also);
  if (!removals.ok || removals.value.length === 0) return removals;
  const going = removals.value.map(({ plan }) => plan.project);
  const facts = await readDataFactsOf(session, going);
  if (!facts.ok) return facts;
  let { notes } = facts.value;
  return ok(
    removals.value.map((removal) => {
      const { plan } = removal;
      const changes = dataChanges(
        session.context,
        { ...facts.value, notes },
        plan.project,
        undefined,
      ).map(({ change }) => change);
      // Who goes later finds the notes of those before it gone.
      notes = notes.filter(({ project }) => project !== plan.project);
      if (removal.kind !== "remove" || changes.length === 0) return removal;
      const rules = changes.filter(({ action }) => action === "remove");
      return { ...removal, heard: true, plan: { ...plan, changes: [...rules, ...plan.changes] } };
    }),
  );
}

const removed = { action: "remove", fields: [], drift: false } as const;

function kept({ logs, images, bucket }: AlsoRemoved): string {
  const names = [
    ...(logs === true ? [] : ["logs"]),
    ...(images === true ? [] : ["images"]),
    ...(bucket === true ? [] : ["artifacts"]),
  ];
  if (names.length === 0) return "";
  const [last = "", ...rest] = names.toReversed();
  return `${rest.length === 0 ? last : `${rest.toReversed().join(", ")} and ${last}`} are kept`;
}

/** `recsys-1.1.0, recsys-1.0.0 and 4 more` */
function someOf(tags: readonly string[]): string {
  const shown = tags.slice(0, 2).join(", ");
  return tags.length > 2 ? `${shown} and ${tags.length - 2} more` : shown;
}

/** The tags that the registry has of each project; nothing where they are to stay. */
async function imagesOf(
  { images }: Session,
  projects: readonly NamedProject[],
  also: AlsoRemoved,
): Promise<Result<ReadonlyMap<string, readonly string[]>, PlatformError>> {
  const { cleanUp } = images;
  if (also.images !== true || cleanUp === undefined) return ok(new Map());
  const found = all(
    await mapConcurrently(projects, 4, (project) => cleanUp(project, new Set(), true)),
  );
  if (!found.ok) return found;
  return ok(new Map(projects.map(({ project }, index) => [project, found.value[index] ?? []])));
}

/**
 * Projects whose folder is gone: their schedule is disabled, and the rest stays until somebody asks
 * for `--prune`.
 */
export async function prepareRetirement(
  session: Session,
  projects: readonly NamedProject[],
  listings: Listings,
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  if (projects.length === 0) return ok([]);
  const listed = await listings.of(scheduleListing);
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
