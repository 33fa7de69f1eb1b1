import { err, ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { ImageProgress, PublishedImage } from "./image-port.ts";
import type { Builder } from "./builder.ts";
import { copyImage } from "./copy.ts";
import type { Decision } from "./decide.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { repositoryName } from "../../oci/reference.ts";
import { type Repository, uriOf } from "./repository.ts";
import { hashTagOf } from "./tags.ts";

/** What images are made with and where they go. */
export interface Workshop {
  readonly repository: Repository;
  /** Where images are copied from. */
  readonly from: Repository | undefined;
  readonly builder: Builder;
  /** A version's tag that is there must not move. */
  readonly final: boolean;
}

/**
 * Does what was decided about a release's image. The version's tag is written last: where it is,
 * all the rest is.
 */
export async function carryOut(
  workshop: Workshop,
  release: Release,
  decision: Decision,
  progress: ImageProgress,
): Promise<Result<PublishedImage, PlatformError>> {
  const { repository, from } = workshop;
  const { signal } = progress;
  const { imageTag } = release.names;
  switch (decision.kind) {
    case "use":
      return ok(published(repository, decision.digest, false));
    case "refuse":
      return err(decision.error);
    case "tag": {
      const manifest = await existing(repository, decision.digest, signal);
      if (!manifest.ok) return manifest;
      return tagged(repository, manifest.value, [imageTag], progress);
    }
    case "copy": {
      if (from === undefined) throw new Error("a copy needs a source");
      progress.output(`copying ${uriOf(from, decision.digest)}`);
      const manifest = await copyImage(from, repository, decision.digest, progress);
      if (!manifest.ok) return manifest;
      return tagged(repository, manifest.value, [hashTagOf(release), imageTag], progress);
    }
    case "build":
      return buildAndPush(workshop, release, decision.replaces, progress);
    default:
      return unreachable(decision);
  }
}

async function buildAndPush(
  { repository, builder, final }: Workshop,
  release: Release,
  replaces: string | undefined,
  progress: ImageProgress,
): Promise<Result<PublishedImage, PlatformError>> {
  const { reference, credentials, signIn } = repository;
  const { imageTag } = release.names;
  const tag = hashTagOf(release);
  const image = `${repositoryName(reference)}:${tag}`;
  const built = await builder(
    release,
    { host: reference.host, image, credentials, signIn },
    progress,
  );
  if (!built.ok) return built;
  const manifest = await existing(repository, tag, progress.signal);
  if (!manifest.ok) return manifest;
  if (final) {
    // The build took its time, and others may push, too.
    const now = await repository.find([imageTag], progress.signal);
    if (!now.ok) return now;
    const taken = now.value.get(imageTag);
    if (taken !== undefined && taken !== replaces && taken !== manifest.value.digest) {
      return err({
        reason: "conflict",
        message: `${imageTag} was pushed by somebody else while it was built here`,
        help: "run it again: what there is now is looked up anew",
        resource: `image ${imageTag}`,
      });
    }
  }
  const done = await tagged(repository, manifest.value, [imageTag], progress);
  return done.ok ? ok({ ...done.value, built: true }) : done;
}

async function existing(
  repository: Repository,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Result<Manifest, PlatformError>> {
  const manifest = await repository.manifest(reference, signal);
  if (!manifest.ok) return manifest;
  if (manifest.value !== undefined) return ok(manifest.value);
  return err({
    reason: "not-found",
    message: `the image ${reference} is not in ${repositoryName(repository.reference)} any more`,
    help: "run it again: what there is now is looked up anew",
  });
}

async function tagged(
  repository: Repository,
  manifest: Manifest,
  tags: readonly string[],
  { output, signal }: ImageProgress,
): Promise<Result<PublishedImage, PlatformError>> {
  for (const tag of tags) {
    const put = await repository.put(manifest, tag, signal);
    if (!put.ok) return put;
    output(`${tag} is ${manifest.digest.slice(0, 19)}`);
  }
  return ok(published(repository, manifest.digest, false));
}

function published(repository: Repository, digest: string, built: boolean): PublishedImage {
  return { digest, uri: uriOf(repository, digest), built };
}
