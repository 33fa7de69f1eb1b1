import { instanceType } from "../../config/instance-types.ts";
import type { Release } from "../../release/release.ts";

export type Architecture = "amd64" | "arm64";

/**
 * What the project's instances run; `amd64` where it has none. The rules see to it that its types
 * agree.
 */
export function architectureOf({ capacity }: Pick<Release, "capacity">): Architecture {
  const [type] = capacity?.instanceTypes ?? [];
  if (type === undefined) return "amd64";
  const known = instanceType(type)?.architecture;
  if (known !== undefined) return known === "arm64" ? "arm64" : "amd64";
  // A "g" behind the generation says Graviton:
  // https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
  return /^(a1|[a-z]+\d+[a-fh-z]*g[a-z]*)[.-]/.test(type) ? "arm64" : "amd64";
}

/** `linux/amd64` */
export function platformOf(architecture: Architecture): string {
  return `linux/${architecture}`;
}

/** What an image is built from, as a tag can say it: found again without reading the image. */
export function hashTag(base: string, sourceHash: string, architecture: Architecture): string {
  const suffix = architecture === "amd64" ? "" : `-${architecture}`;
  return `src-${base}-${sourceHash.slice(0, 12)}${suffix}`;
}

/** The tag of a release's source, in its own environment. */
export function hashTagOf(release: Release): string {
  return hashTag(release.names.base, release.image.sourceHash, architectureOf(release));
}

/**
 * Whether `hashTag` gives this tag for the project whose resources are called `base`, and not for
 * any other.
 */
export function isHashTagOf(base: string, tag: string): boolean {
  const before = `src-${base}-`;
  return tag.startsWith(before) && /^[0-9a-f]{12}(-arm64)?$/.test(tag.slice(before.length));
}
