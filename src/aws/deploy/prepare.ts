import { ownValue } from "../../core/own.ts";
import { projectName } from "../../core/ids.ts";
import { all, err, ok, type Result } from "../../core/result.ts";
import { decidedModel } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { type HoldDocument, listHolds } from "../bucket/holds.ts";
import { type LeaseSeen, lookAtLease } from "../bucket/lease.ts";
import { getRelease } from "../bucket/releases.ts";
import { readDataFacts } from "./data-rules.ts";
import { readFacts, withImage } from "./facts.ts";
import { findRejected } from "./rejected.ts";
import { type Marked, observeProjects, readMarks } from "./observe.ts";
import { planProject } from "./plan.ts";
import { previousOf } from "./previous.ts";
import { type Prepared, type PreparedProject } from "./prepared.ts";
import { type Listings, listingsOf } from "../resources/listings.ts";
import { stateMachineListing } from "../resources/state-machine.ts";
import { commitMark } from "../resources/marks.ts";
import { namedProject, prepareRemovalWithRules, prepareRetirement } from "./prepare-removal.ts";
import type { Session } from "./session.ts";
import { findUnchanged } from "./unchanged.ts";
import type { PlanOptions } from "../../platform/plan.ts";

/**
 * Plans a deploy. Projects whose mark says that they are unchanged cost nothing but their share of
 * a few listings.
 */
export async function prepareDeploy(
  session: Session,
  releases: readonly FingerprintedRelease[],
  options: PlanOptions,
): Promise<Result<Prepared, PlatformError>> {
  const { context, store } = session;
  const answers = await Promise.all([readMarks(context), listHolds(store)]);
  const known = all(answers);
  if (!known.ok) return known;
  const [marks, holds] = known.value;

  const listed = options.known === undefined ? undefined : new Set<string>(options.known);
  const unlisted =
    listed === undefined ? [] : [...marks.values()].filter(({ project }) => !listed.has(project));
  const listings = listingsOf(context, [
    ...releases.map(({ release }) => release.names),
    ...unlisted.map(({ project }) => namedProject(session, projectName(project)).names),
  ]);
  const gone = await stillThere(unlisted, listings);
  if (!gone.ok) return gone;
  const goneProjects = gone.value.map(({ project }) => namedProject(session, projectName(project)));

  const rejected = await findRejected(store, releases, holds);
  if (!rejected.ok) return rejected;
  const left = new Map(rejected.value.map((plan) => [plan.project, plan]));
  const unchanged = await findUnchanged(
    session,
    releases.filter(({ release }) => !left.has(release.project)),
    marks,
    holds,
    listings,
    options,
  );
  if (!unchanged.ok) return unchanged;
  for (const plan of unchanged.value) left.set(plan.project, plan);
  const closer = releases.filter(({ release }) => !left.has(release.project));

  // Before anything is observed: who takes the lease from what is seen here knows that nobody was
  // there in between.
  const named = options.closely === true ? unchanged.value.map(({ project }) => project) : [];
  let seen: LeaseSeen | undefined;
  if (closer.length > 0 || goneProjects.length > 0 || named.length > 0) {
    const looked = await lookAtLease(store);
    if (!looked.ok) return looked;
    seen = looked.value;
  }
  const deploys = await prepareClosely(session, closer, marks, holds, listings, options);
  if (!deploys.ok) return deploys;
  const looked = await lookByHand(
    session,
    releases.filter(({ release }) => named.includes(release.project)),
    marks,
    holds,
    listings,
  );
  if (!looked.ok) return looked;
  if (options.closely === true) {
    for (const { passedOver: _compared, ...plan } of unchanged.value) left.set(plan.project, plan);
  }
  for (const { plan } of looked.value) left.delete(plan.project);
  const leaving =
    options.prune === true
      ? await prepareRemovalWithRules(session, goneProjects, listings)
      : await prepareRetirement(session, goneProjects, listings);
  if (!leaving.ok) return leaving;

  const byProject = new Map(
    [...deploys.value, ...looked.value].map((project) => [project.plan.project, project] as const),
  );
  const projects: PreparedProject[] = releases.map(({ release: { project } }) => {
    const plan = left.get(project);
    const deploy = byProject.get(project);
    if (plan !== undefined) return { kind: "left", plan };
    if (deploy === undefined) throw new Error(`${project} was not planned`);
    return deploy;
  });
  const planned = [...projects, ...leaving.value];
  return ok({
    plan: {
      schema: 1,
      environment: context.environment.name,
      platform: "aws",
      projects: planned.map(({ plan }) => plan),
    },
    request: { kind: "deploy", releases, options },
    projects: planned,
    seen,
  });
}

/** Tags still name a state machine for a while after it is gone. */
async function stillThere(
  marks: readonly Marked[],
  listings: Listings,
): Promise<Result<readonly Marked[], PlatformError>> {
  if (marks.length === 0) return ok([]);
  const machines = await listings.of(stateMachineListing);
  return machines.ok
    ? ok(marks.filter(({ stateMachine }) => machines.value.has(stateMachine)))
    : machines;
}

/**
 * Those of these unchanged projects of which somebody changed something by hand. What an ordinary
 * deploy leaves as it was decided, the AMI and the model, is no difference.
 */
async function lookByHand(
  session: Session,
  releases: readonly FingerprintedRelease[],
  marks: ReadonlyMap<string, Marked>,
  holds: ReadonlyMap<string, HoldDocument>,
  listings: Listings,
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  const looked = await prepareClosely(session, releases, marks, holds, listings, {}, "as decided");
  if (!looked.ok) return looked;
  return ok(
    looked.value.filter(({ plan }) => plan.changes.some(({ action }) => action !== "unchanged")),
  );
}

/**
 * Reads everything of these projects and compares it.
 *
 * @param decisions which AMI it is: that of the last deploy, or the newest
 */
async function prepareClosely(
  session: Session,
  releases: readonly FingerprintedRelease[],
  marks: ReadonlyMap<string, Marked>,
  holds: ReadonlyMap<string, HoldDocument>,
  listings: Listings,
  { models = {} }: Pick<PlanOptions, "models">,
  decisions: "as decided" | "anew" = "anew",
): Promise<Result<readonly PreparedProject[], PlatformError>> {
  if (releases.length === 0) return ok([]);
  const { context, store, images } = session;
  // What has nothing to run and never had has nothing to observe.
  const there = releases.filter(
    ({ release }) => release.definition !== undefined || marks.has(release.project),
  );
  const answers = await Promise.all([
    observeProjects(
      context,
      there.map(({ release }) => release.names),
      listings,
    ),
    session.base(),
  ]);
  const read = all(answers);
  if (!read.ok) return read;
  const [states, base] = read.value;
  const stateOf = ({ release }: FingerprintedRelease) => states.get(release.names.base) ?? {};

  const documents = all(
    await mapConcurrently(releases, 16, async (release) => {
      const mark = commitMark(stateOf(release));
      return mark === undefined ? ok(undefined) : getRelease(store, release.release.project, mark);
    }),
  );
  if (!documents.ok) return documents;
  const needed = [
    ...releases.map(({ release }) => release),
    ...documents.value.flatMap((document) => document?.release ?? []),
  ];
  const [facts, resolved, data] = await Promise.all([
    readFacts(context, needed),
    images.resolve(releases.map(({ release }) => release)),
    readDataFacts(session, needed),
  ]);
  if (!facts.ok) return facts;
  if (!data.ok) return data;
  if (!resolved.ok) return resolved;

  const projects: PreparedProject[] = [];
  for (const [index, release] of releases.entries()) {
    const image = resolved.value.get(release.release.project);
    if (image === undefined) {
      return err({
        reason: "failed",
        message: `nothing is known of the image of ${release.release.project}`,
      });
    }
    const hold = holds.get(release.release.project);
    const model = ownValue(models, release.release.project);
    const document = documents.value[index];
    const input = {
      ...release,
      inputs: {
        context,
        release: release.release,
        base,
        bucket: store.location,
        facts:
          decisions === "anew" ? facts.value : withImage(facts.value, document?.decided["ami"]),
        model: decidedModel(model, document?.decided),
        scheduleHeld: hold?.scheduleDisabled,
      },
      state: stateOf(release),
      image,
      previous: previousOf(document),
      adopt: session.adopt,
      ...(model === undefined ? {} : { model }),
      ...(data.value === undefined ? {} : { data: data.value }),
      ...(hold === undefined ? {} : { hold }),
    };
    projects.push({ kind: "deploy", input, plan: planProject(input) });
  }
  return ok(projects);
}
