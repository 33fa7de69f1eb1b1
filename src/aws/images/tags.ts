import { instanceType } from "../../config/instance-types.ts";
import { HELPER_VERSION, OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
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

/** Which helper the steps of a release need in their image; undefined: none. */
export function helperOf({ task }: Pick<Release, "task">): number | undefined {
  return Object.hasOwn(task.environment, OUTPUTS_VARIABLE) ? HELPER_VERSION : undefined;
}

/**
 * What an image is built from, as a tag can say it: found again without reading the image. One with
 * a helper has another tag than one without, or with an older one: it is made again where it lacks
 * what its steps need.
 */
export function hashTag(
  base: string,
  sourceHash: string,
  architecture: Architecture,
  helper?: number,
): string {
  const suffix = architecture === "amd64" ? "" : `-${architecture}`;
  return `src-${base}-${sourceHash.slice(0, 12)}${suffix}${helper === undefined ? "" : `-h${helper}`}`;
}

/** The tag of a release's source, in its own environment. */
export function hashTagOf(release: Release): string {
  const { names, image } = release;
  return hashTag(names.base, image.sourceHash, architectureOf(release), helperOf(release));
}

/**
 * Whether `hashTag` gives this tag for the project whose resources are called `base`, and not for
 * any other.
 */
export function isHashTagOf(base: string, tag: string): boolean {
  const before = `src-${base}-`;
  return tag.startsWith(before) && /^[0-9a-f]{12}(-arm64)?(-h\d+)?$/.test(tag.slice(before.length));
}
