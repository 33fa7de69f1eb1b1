import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { decidedModel } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { getHold } from "../bucket/holds.ts";
import { lookAtLease } from "../bucket/lease.ts";
import { getRelease, type ReleaseDocument } from "../bucket/releases.ts";
import { readDataFacts } from "../deploy/data-rules.ts";
import { amiParameter, type Facts, readFacts } from "../deploy/facts.ts";
import { observeProjects } from "../deploy/observe.ts";
import { planProject } from "../deploy/plan.ts";
import type { ProjectInput } from "../deploy/project-input.ts";
import { type Previous, previousOf } from "../deploy/previous.ts";
import type { Prepared } from "../deploy/prepared.ts";
import { listingsOf } from "../resources/listings.ts";
import { markOf } from "../resources/marks.ts";
import { readTaskDefinition } from "../resources/task-definition.ts";
import type { Session } from "../deploy/session.ts";
import type { ProjectState } from "../deploy/state.ts";
import { keptReleases } from "./kept.ts";

/**
 * The release to go back to.
 *
 * @param to a version, or the beginning of a fingerprint; undefined: the one that was deployed
 *   before the current one
 */
export async function chooseRelease(
  session: Session,
  project: ProjectName,
  to: string | undefined,
): Promise<Result<ReleaseDocument, PlatformError>> {
  const kept = await keptReleases(session, project);
  if (!kept.ok) return kept;
  const at = kept.value.findIndex(({ current }) => current);
  const help = `\`esteira releases ${project} -e ${session.context.environment.name}\` lists what is kept`;
  if (at === -1) {
    return err({
      reason: "not-deployed",
      message: `${project} is not deployed to ${session.context.environment.name}`,
      help,
    });
  }
  const chosen =
    to === undefined
      ? kept.value.slice(at + 1).find(({ rejected }) => !rejected)
      : kept.value.find(
          ({ document, current }) =>
            !current &&
            (document.release.version === to ||
              (to.length >= 6 && document.fingerprint.startsWith(to))),
        );
  if (chosen !== undefined) return ok(chosen.document);
  const current = kept.value[at]?.document.release.version ?? "";
  return err({
    reason: "not-found",
    message:
      to === undefined
        ? `no release of ${project} from before ${current} is kept`
        : `no release ${to} of ${project} is kept besides the current one`,
    help,
  });
}

/**
 * Plans to restore a release as its document has it: image by digest, task definition by revision,
 * definition, schedule.
 */
export async function prepareRollback(
  session: Session,
  document: ReleaseDocument,
  reason: string | undefined,
): Promise<Result<Prepared, PlatformError>> {
  const { context, store } = session;
  const { release, fingerprint, authored, decided } = document;
  const seen = await lookAtLease(store);
  if (!seen.ok) return seen;
  const [states, base, hold] = await Promise.all([
    observeProjects(context, [release.names], listingsOf(context, [release.names])),
    session.base(),
    getHold(store, release.project),
  ]);
  if (!states.ok) return states;
  if (!base.ok) return base;
  if (!hold.ok) return hold;
  const observed = states.value.get(release.names.base) ?? {};
  const mark = observed.stateMachine === undefined ? undefined : markOf(observed.stateMachine);
  const current =
    mark === undefined ? ok(undefined) : await getRelease(store, release.project, mark);
  if (!current.ok) return current;
  const previous = previousOf(current.value);
  const state = await withRevision(session, observed, decided["task_definition"]);
  if (!state.ok) return state;
  const facts = await readFacts(context, [release, ...(previous ? [previous.release] : [])]);
  if (!facts.ok) return facts;
  const data = await readDataFacts(session, [release, ...(previous ? [previous.release] : [])]);
  if (!data.ok) return data;
  const image = decided["image"];
  const input: ProjectInput = {
    release,
    fingerprint,
    authored,
    inputs: {
      context,
      release,
      base: base.value,
      bucket: store.location,
      facts: withCurrentAmi(facts.value, document, previous),
      model: decidedModel(undefined, decided),
      scheduleHeld: hold.value?.scheduleDisabled,
    },
    state: state.value,
    image:
      image === undefined
        ? {
            state: "conflict",
            error: {
              reason: "not-found",
              message: `nothing says which image ${release.project} ${release.version} had`,
            },
          }
        : { state: "present", uri: image, digest: image.split("@").at(-1) ?? "" },
    previous,
    adopt: false,
    restores: document,
    ...(data.value === undefined ? {} : { data: data.value }),
    ...(hold.value === undefined ? {} : { hold: hold.value }),
    ...(reason === undefined ? {} : { reason }),
  };
  const plan = planProject(input);
  return ok({
    plan: {
      schema: 1,
      environment: context.environment.name,
      platform: "aws",
      projects: [plan],
    },
    request: { kind: "rollback", document, reason },
    projects: [{ kind: "deploy", input, plan }],
    seen: seen.value,
  });
}

/**
 * The revision that the release had, where it is still active: it is used again instead of
 * registering another one.
 */
async function withRevision(
  { context }: Session,
  state: ProjectState,
  revision: string | undefined,
): Promise<Result<ProjectState, PlatformError>> {
  if (revision === undefined || revision === state.taskDefinition?.arn) return ok(state);
  const found = await callAws(context.environment.name, `read ${revision}`, () =>
    readTaskDefinition(context, revision),
  );
  if (!found.ok) return found;
  return ok(found.value === undefined ? state : { ...state, taskDefinition: found.value });
}

/**
 * The AMI is not the project's: it stays the one that is in use, unless the release needs one of
 * another kind.
 */
function withCurrentAmi(
  facts: Facts,
  { release }: ReleaseDocument,
  previous: Previous | undefined,
): Facts {
  const { ami } = previous ?? {};
  const parameter = release.capacity && amiParameter(release.capacity, facts.instanceTypes);
  const now =
    previous?.release.capacity && amiParameter(previous.release.capacity, facts.instanceTypes);
  if (ami === undefined || parameter === undefined || parameter !== now) return facts;
  return { ...facts, images: new Map([...facts.images, [parameter, ami]]) };
}
