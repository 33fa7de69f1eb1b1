import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { factsOf, parsePlace } from "../../model-registry/compare.ts";
import { planPromotion, undoOf } from "../../model-registry/promotion.ts";
import { placeText } from "../../model-registry/registry.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { versionDocument } from "../deploy/model-documents.ts";
import { type ModelSession, withModel } from "../deploy/model-session.ts";
import {
  changeRegistry,
  promotionRefusal,
  promotionSubject,
  undoCommand,
} from "../deploy/registry-change.ts";
import { failed, fromPlatform, usage, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { suggestion } from "../names.ts";
import type { Notices } from "../notices.ts";
import type { PlatformSession } from "../workspace.ts";
import { actorOf, type ConsoleContext, type Person } from "./context.ts";

type Models = ConsoleDocumentOf<"models">;

/** Versions whose metrics are asked for: each is a request to the registry. */
const mostVersions = 20;

const silent: Notices = { warnings: () => Promise.resolve(), registry: () => undefined };

/** The versions of a project's model, with their metrics, and which release ran with which. */
export async function readModels(
  { host, observations }: ConsoleContext,
  session: PlatformSession,
  project: string,
): Promise<Result<Models, Failure>> {
  const { environment, settings, platform } = session;
  const about = { environment, project };
  if (settings.mlflow === undefined) {
    return ok({ ...about, model: project, registry: undefined, versions: [], problem: undefined });
  }
  const kept = await platform.releases(projectName(project));
  const releases = kept.ok ? kept.value.map(({ document }) => document) : [];
  const answer = await inModel(host, environment, project, async (model) => {
    const versions = await mapConcurrently(
      model.versions.slice(0, mostVersions),
      4,
      async (version) => {
        const facts = await factsOf(model.registry, version);
        return {
          ...versionDocument(version),
          metrics: facts.ok ? facts.value?.metrics : undefined,
          releases: releases
            .filter(({ decided }) => decided["model"] === version.version)
            .map(({ fingerprint }) => fingerprint),
        };
      },
    );
    const deployed = kept.ok ? kept.value.find(({ current }) => current) : undefined;
    const taken = model.versions.find(
      ({ version }) => version === deployed?.document.decided["model"],
    );
    if (taken !== undefined) {
      const { version, stage, aliases } = taken;
      const where = stage === "None" && aliases[0] !== undefined ? `@${aliases[0]}` : stage;
      const model = { version, stage: where, observedAt: host.clock.now() };
      observations.note(environment, project, { model });
    }
    return ok({
      ...about,
      model: model.project.model.name,
      registry: model.registry.address,
      versions,
      problem: undefined,
    });
  });
  if (answer.ok || answer.error.diagnostics !== undefined) return answer;
  // The registry may be away: the page says so in its place.
  const { message, help, reason } = answer.error;
  const known = reason === "not-found" || reason === "permission" ? reason : "unavailable";
  const problem = { reason: known, message, ...(help === undefined ? {} : { help }) } as const;
  return ok({
    ...about,
    model: project,
    registry: settings.mlflow.trackingUri,
    versions: [],
    problem,
  });
}

/** `esteira model promote --yes` */
export async function promoteModel(
  { host, observations }: ConsoleContext,
  session: PlatformSession,
  person: Person,
  project: string,
  wanted: { readonly version: string; readonly to: string },
): Promise<Result<ConsoleDocumentOf<"promote-action">, Failure>> {
  const { environment } = session;
  const to = parsePlace(wanted.to);
  if (to === undefined) {
    return usage(
      `a version can't be put in ${JSON.stringify(wanted.to)}`,
      "The places are Production, Staging, Archived, None, and aliases such as @champion.",
    );
  }
  return inModel<ConsoleDocumentOf<"promote-action">>(host, environment, project, async (model) => {
    const planned = planPromotion(model.versions, wanted.version, to, false);
    if (!planned.ok) return failed(fromPlatform(planned.error));
    const promotion = planned.value;
    const { version } = promotion.version;
    const name = promotion.version.model;
    const place = placeText(to);
    const words = ["model promote", project, `--version ${version}`, `--to ${place}`];
    const command = suggestion(environment, ...words);
    const about = { environment, project, model: name, version, to: place, command };
    if (promotion.done) return ok({ ...about, changed: false, undo: undefined });
    const refusal = await promotionRefusal(model, promotion);
    if (!refusal.ok) return refusal;
    const changed = await changeRegistry(host, model, {
      change: () => model.registry.put(name, version, to, { beside: false }),
      subject: promotionSubject(promotion),
      state: `version ${version} of ${name} is in ${place} now`,
      actor: actorOf(session, person),
    });
    if (!changed.ok) return changed;
    observations.note(environment, project, {
      model: { version, stage: place, observedAt: host.clock.now() },
    });
    const undo = undoOf(promotion, model.versions)
      .map((one) => undoCommand(environment, project, one))
      .join(" && ");
    return ok({ ...about, changed: true, undo: undo === "" ? undefined : undo });
  });
}

/** Lets work use a project's model, and gives what it came to. */
async function inModel<Answer>(
  host: Host,
  environment: string,
  project: string,
  work: (model: ModelSession) => Promise<Result<Answer, Failure>>,
): Promise<Result<Answer, Failure>> {
  let answer: Result<Answer, Failure> | undefined;
  const done = await withModel(host, environment, project, silent, async (model) => {
    answer = await work(model);
    return ok("ok");
  });
  if (!done.ok) return done;
  if (answer === undefined) throw new Error("a model was opened and not used");
  return answer;
}
