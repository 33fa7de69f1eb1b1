import type { Workspace } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { AwsContext } from "../sdk/context.ts";
import { awsIndexes } from "../secrets/open-index.ts";
import type { ImagePort, ImageState } from "./image-port.ts";
import { lostInEcr } from "./lost-images.ts";
import { promotionSource } from "./promotion.ts";
import { type Builder, dockerBuilder } from "./builder.ts";
import { carryOut } from "./carry-out.ts";
import { cleanUp, isSharedWithOthers } from "./clean-up.ts";
import type { ProcessEnvironment } from "../../oci/credentials.ts";
import { pullImage } from "./pull.ts";
import { type Decision, decide, type Policy } from "./decide.ts";
import { type Elsewhere, look } from "./look.ts";
import { type ClientsOf, clientsLike, openRepository } from "./open-repository.ts";
import { lostIn, type Repository, uriOf } from "./repository.ts";
import { hashTagOf } from "./tags.ts";

export interface ImageOptions {
  readonly workspace: Workspace;
  /** The workspace's root. */
  readonly root: string;
  readonly processEnvironment: ProcessEnvironment;
  /** Commit of the working copy, for the images' labels. */
  readonly commit?: string | undefined;
  /** False: what is in the registry is deployed, and nothing is built. */
  readonly build?: boolean;
  /** `docker build --network`; absent: the engine's default. */
  readonly network?: string | undefined;
  /**
   * Clients for the environment that images are taken from; absent: as this environment's, in its
   * region.
   */
  readonly clientsOf?: ClientsOf;
  /** Absent: the `docker` client. */
  readonly builder?: Builder;
}

/**
 * An environment's images: looked for in its registry, taken from another environment's, or built.
 */
export function registryImages(context: AwsContext, options: ImageOptions): ImagePort {
  const opened = openAll(context, options);
  if (!opened.ok) {
    const failed = () => Promise.resolve(opened);
    return { resolve: failed, absent: failed, lost: failed, publish: failed, pull: failed };
  }
  const { environment } = context;
  const { workspace, processEnvironment, commit, network, root } = options;
  const { own, elsewhere } = opened.value;
  const policy: Policy = { final: environment.name === "prd", build: options.build ?? true };
  const workshop = {
    repository: own,
    from: elsewhere?.repository,
    builder:
      options.builder ??
      dockerBuilder({
        root,
        processEnvironment,
        commit,
        network,
        openIndex: awsIndexes(context, processEnvironment),
      }),
    final: policy.final,
  };
  /** What `resolve` has found, so that `publish` needs not look again. */
  const decided = new Map<string, Decision>();
  const keyOf = (release: Release) => `${release.names.imageTag} ${hashTagOf(release)}`;

  const decideAll = async (
    releases: readonly Release[],
    signal?: AbortSignal,
  ): Promise<Result<ReadonlyMap<string, Decision>, PlatformError>> => {
    const seen = await look(releases, policy, own, elsewhere, signal);
    if (!seen.ok) return seen;
    const decisions = new Map<string, Decision>();
    for (const release of releases) {
      const sighting = seen.value.get(release.project);
      if (sighting === undefined) throw new Error(`nobody looked for ${release.project}`);
      const decision: Decision = sighting.ok
        ? decide(release, sighting.value, policy)
        : { kind: "refuse", error: sighting.error };
      decisions.set(release.project, decision);
      decided.set(keyOf(release), decision);
    }
    return ok(decisions);
  };

  return {
    async resolve(releases) {
      const decisions = await decideAll(releases);
      if (!decisions.ok) return decisions;
      return ok(
        new Map([...decisions.value].map(([project, found]) => [project, stateOf(found, own)])),
      );
    },
    async absent(releases) {
      // What was built elsewhere and deployed with --no-build has its version's tag only.
      const tagsOf = (one: Release) => [hashTagOf(one), one.names.imageTag];
      const found = await own.find([...new Set(releases.flatMap(tagsOf))]);
      if (!found.ok) return found;
      const gone = releases.filter((one) => !tagsOf(one).some((tag) => found.value.has(tag)));
      return ok(new Set(gone.map(({ project }): string => project)));
    },
    lost: environment.repository.kind === "ecr" ? lostInEcr(context) : lostIn(own),
    async publish(release, progress) {
      let decision = decided.get(keyOf(release));
      if (decision === undefined) {
        const decisions = await decideAll([release], progress.signal);
        if (!decisions.ok) return decisions;
        decision = decisions.value.get(release.project);
      }
      // Whatever happens now, what was found before doesn't hold any more.
      decided.delete(keyOf(release));
      if (decision === undefined) throw new Error(`nothing was decided about ${release.project}`);
      return carryOut(workshop, release, decision, progress);
    },
    pull: (uri, progress) => pullImage(own, uri, processEnvironment, progress),
    ...(isSharedWithOthers(workspace, environment)
      ? {}
      : { cleanUp: (owner, kept, dryRun) => cleanUp(own, owner, kept, dryRun) }),
  };
}

interface Opened {
  readonly own: Repository;
  /** Where images are taken from instead of being built. */
  readonly elsewhere: Elsewhere | undefined;
}

function openAll(
  context: AwsContext,
  { workspace, processEnvironment, clientsOf = clientsLike(context) }: ImageOptions,
): Result<Opened, PlatformError> {
  const { environment } = context;
  const own = openRepository(context, environment, processEnvironment, clientsOf);
  if (!own.ok) return err(own.error);
  const source = promotionSource(workspace, environment);
  if (source === undefined) return ok({ own: own.value, elsewhere: undefined });
  const repository = openRepository(context, source, processEnvironment, clientsOf);
  if (!repository.ok) return err(repository.error);
  return ok({
    own: own.value,
    elsewhere: { environment: source, repository: repository.value },
  });
}

function stateOf(decision: Decision, repository: Repository): ImageState {
  switch (decision.kind) {
    case "use": {
      const { digest, note } = decision;
      const uri = uriOf(repository, digest);
      return { state: "present", digest, uri, ...(note === undefined ? {} : { note }) };
    }
    case "tag":
    case "copy":
      // A copy has the digest of what it is a copy of.
      return { state: "missing", note: decision.note, uri: uriOf(repository, decision.digest) };
    case "build":
      return { state: "missing", note: decision.note };
    case "refuse":
      return { state: "conflict", error: decision.error };
    default:
      return unreachable(decision);
  }
}
