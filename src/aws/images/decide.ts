import { HELPER_LABEL } from "../../core/step-helper.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { ImageLabels } from "../../oci/manifest.ts";
import { type Architecture, architectureOf, helperOf } from "./tags.ts";

/** What was found in the registries for one release. */
export interface Sighting {
  /** Digest under the tag of its source. */
  readonly bySource: string | undefined;
  /** Digest under the tag of its version. */
  readonly byVersion: string | undefined;
  /** What the image under the version's tag says about itself; read only where that matters. */
  readonly labels: ImageLabels | undefined;
  /** The same source in the registry of the environment to take images from. */
  readonly elsewhere:
    | { readonly environment: string; readonly digest: string | undefined }
    | undefined;
}

export interface Policy {
  /** A version's tag that is there must not move. */
  readonly final: boolean;
  /** False: what is in the registry is taken. */
  readonly build: boolean;
}

/** What a deploy does about an image. */
export type Decision =
  /** `note`: what is worth knowing about it. */
  | { readonly kind: "use"; readonly digest: string; readonly note?: string }
  /** The image is there; the version's tag is put on it. */
  | { readonly kind: "tag"; readonly digest: string; readonly note: string }
  | { readonly kind: "copy"; readonly digest: string; readonly note: string }
  | {
      readonly kind: "build";
      readonly note: string;
      /** What the version's tag names now, where that is made again. */
      readonly replaces?: string;
    }
  | { readonly kind: "refuse"; readonly error: PlatformError };

export const sourceHashLabel = "esteira.source-hash";
export const commitLabel = "esteira.commit";

/** Decides what happens to a release's image. Pure. */
export function decide(release: Release, sighting: Sighting, policy: Policy): Decision {
  const { bySource, byVersion, elsewhere } = sighting;
  const { imageTag } = release.names;
  if (byVersion !== undefined) {
    if (byVersion === bySource) return { kind: "use", digest: byVersion };
    if (policy.final && !isToBeMadeAgain(release, sighting.labels)) {
      return decideFinal(release, sighting, byVersion, policy);
    }
  }
  const moving = byVersion === undefined ? "" : `; ${imageTag} moves from ${short(byVersion)}`;
  if (bySource !== undefined) {
    return {
      kind: "tag",
      digest: bySource,
      note: `its source is in the registry already, as ${short(bySource)}${moving}`,
    };
  }
  if (elsewhere?.digest !== undefined) {
    return {
      kind: "copy",
      digest: elsewhere.digest,
      note: `will be copied from ${elsewhere.environment}${moving}`,
    };
  }
  if (policy.build) {
    const why =
      elsewhere === undefined ? "" : `: ${elsewhere.environment} has no image of this source`;
    return {
      kind: "build",
      note: `will be built from ${release.image.context}${why}${moving}`,
      ...(byVersion === undefined ? {} : { replaces: byVersion }),
    };
  }
  if (byVersion !== undefined) return useAsItIs(release, sighting.labels, byVersion);
  return { kind: "refuse", error: absent(release, elsewhere?.environment) };
}

/** The version's tag is there, on something else than the tag of the source. */
function decideFinal(
  release: Release,
  { labels }: Sighting,
  byVersion: string,
  policy: Policy,
): Decision {
  const built = labels?.labels[sourceHashLabel];
  const { sourceHash } = release.image;
  if (built === sourceHash && isFor(architectureOf(release), labels)) {
    return { kind: "use", digest: byVersion };
  }
  // Built by something else, and nobody asks for more.
  if (!policy.build && built === undefined) return useAsItIs(release, labels, byVersion);
  return { kind: "refuse", error: taken(release, labels) };
}

/** Of the very source and for the right machines, and without the helper that its steps run in. */
function isToBeMadeAgain(release: Release, labels: ImageLabels | undefined): boolean {
  return (
    labels?.labels[sourceHashLabel] === release.image.sourceHash &&
    isFor(architectureOf(release), labels) &&
    !hasHelper(release, labels)
  );
}

/** Whether an image has what the steps of the release run in, where they need that. */
function hasHelper(release: Release, labels: ImageLabels | undefined): boolean {
  const needed = helperOf(release);
  return needed === undefined || Number(labels?.labels[HELPER_LABEL] ?? 0) >= needed;
}

function useAsItIs(release: Release, labels: ImageLabels | undefined, digest: string): Decision {
  if (!hasHelper(release, labels)) return { kind: "refuse", error: withoutHelper(release) };
  return {
    kind: "use",
    digest,
    note: "taken as it is in the registry, whatever it was built from",
  };
}

function isFor(architecture: Architecture, labels: ImageLabels | undefined): boolean {
  return labels?.architecture === undefined || labels.architecture === architecture;
}

function taken(release: Release, labels: ImageLabels | undefined): PlatformError {
  const { project, version, names, environment, image } = release;
  const built = labels?.labels[sourceHashLabel];
  const commit = labels?.labels[commitLabel];
  const from =
    built === undefined
      ? "by something other than Esteira"
      : built === image.sourceHash
        ? `for another architecture (${labels?.architecture ?? "unknown"})`
        : `from other sources (${built.slice(0, 12)}${commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`}; now ${image.sourceHash.slice(0, 12)})`;
  return {
    reason: "refused",
    message: `version ${version} of ${project} exists in the registry of ${environment}, built ${from}`,
    help: `raise \`version\` in config.yaml: the tag ${names.imageTag} does not move in ${environment}`,
    resource: `image ${names.imageTag}`,
  };
}

function withoutHelper({ names, environment }: Release): PlatformError {
  return {
    reason: "refused",
    message: `${names.imageTag} in the registry of ${environment} lacks the helper that keeps the steps' outputs (label ${HELPER_LABEL}), and --no-build forbids laying it in`,
    help: "deploy without --no-build: the same image is then made again with the helper",
    resource: `image ${names.imageTag}`,
  };
}

function absent(release: Release, from: string | undefined): PlatformError {
  const { names, environment } = release;
  const nor = from === undefined ? "" : `, and that of ${from} has nothing of this source either`;
  return {
    reason: "refused",
    message: `the registry of ${environment} has no ${names.imageTag}${nor}, and --no-build forbids building it`,
    help: `deploy without --no-build, or push the image as ${names.imageTag} first`,
    resource: `image ${names.imageTag}`,
  };
}

function short(digest: string): string {
  return digest.slice(0, 19);
}
