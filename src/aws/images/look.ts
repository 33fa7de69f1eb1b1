import type { AwsEnvironment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { partsOf } from "./copy.ts";
import type { Policy, Sighting } from "./decide.ts";
import { type ImageLabels, readLabels } from "../../oci/manifest.ts";
import { repositoryName } from "../../oci/reference.ts";
import type { Repository } from "./repository.ts";
import { architectureOf, hashTag, hashTagOf, helperOf, platformOf } from "./tags.ts";

/** The environment that images are taken from, and its repository. */
export interface Elsewhere {
  readonly environment: AwsEnvironment;
  readonly repository: Repository;
}

const labelsAtATime = 8;

/**
 * Looks for the images of all releases at once: one look for all tags, one in the registry of the
 * other environment for those whose source isn't there, and the labels of those versions that must
 * not move and seem to be taken. A failure to read one image's labels is that release's alone.
 */
export async function look(
  releases: readonly Release[],
  policy: Policy,
  own: Repository,
  elsewhere: Elsewhere | undefined,
  signal?: AbortSignal,
): Promise<Result<ReadonlyMap<string, Result<Sighting, PlatformError>>, PlatformError>> {
  const found = await own.find(
    unique(releases.flatMap((release) => [release.names.imageTag, hashTagOf(release)])),
    signal,
  );
  if (!found.ok) return found;
  const tags = found.value;
  const missing = releases.filter((release) => !tags.has(hashTagOf(release)));

  const tagThere = (release: Release) =>
    hashTag(
      `${release.project}${elsewhere?.environment.suffix ?? ""}`,
      release.image.sourceHash,
      architectureOf(release),
      helperOf(release),
    );
  const there =
    elsewhere === undefined || missing.length === 0
      ? ok(new Map<string, string>())
      : await elsewhere.repository.find(unique(missing.map(tagThere)), signal);
  if (!there.ok) return there;

  const sightings = await mapConcurrently(releases, labelsAtATime, async (release) => {
    const byVersion = tags.get(release.names.imageTag);
    const bySource = tags.get(hashTagOf(release));
    const asked = policy.final || (!policy.build && helperOf(release) !== undefined);
    const questionable = asked && byVersion !== undefined && byVersion !== bySource;
    const labels = questionable ? await labelsOf(own, byVersion, release, signal) : ok(undefined);
    if (!labels.ok) return labels;
    return ok({
      byVersion,
      bySource,
      labels: labels.value,
      elsewhere: elsewhere && {
        environment: elsewhere.environment.name,
        digest: there.value.get(tagThere(release)),
      },
    } satisfies Sighting);
  });
  return ok(
    new Map(
      releases.flatMap((release, index) => {
        const sighting = sightings[index];
        return sighting === undefined ? [] : [[release.project, sighting] as const];
      }),
    ),
  );
}

/** What an image says about itself; of an index, the image for the release's architecture. */
export async function labelsOf(
  repository: Repository,
  digest: string,
  release: Release,
  signal?: AbortSignal,
): Promise<Result<ImageLabels | undefined, PlatformError>> {
  const manifest = await repository.manifest(digest, signal);
  if (!manifest.ok) return manifest;
  if (manifest.value === undefined) return ok(undefined);
  const parts = partsOf(manifest.value, repository);
  if (!parts.ok) return parts;
  if (parts.value.kind === "index") {
    const wanted = platformOf(architectureOf(release));
    const child = parts.value.manifests.find(({ platform }) => platform === wanted);
    return child === undefined
      ? ok(undefined)
      : labelsOf(repository, child.digest, release, signal);
  }
  const config = await repository.registry.readBlob(parts.value.config.digest, signal);
  if (!config.ok) return config;
  const labels = readLabels(config.value);
  if (labels !== undefined) return ok(labels);
  return err({
    reason: "invalid",
    message: `the configuration of ${repositoryName(repository.reference)}@${digest} is not JSON`,
    help: "build the image anew under another version",
  });
}

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
