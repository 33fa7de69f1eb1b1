import type { AwsEnvironment, Workspace } from "../../config/model.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ImageOwner } from "./image-port.ts";
import type { Repository } from "./repository.ts";
import { isHashTagOf } from "./tags.ts";

/** An image of which nothing is needed any more in this environment. */
export interface Leftover {
  readonly digest: string;
  /** The tags to take away. */
  readonly tags: readonly string[];
  /** Another environment has given it its own tags. */
  readonly shared: boolean;
}

/**
 * Which of a repository's images are this project's in this environment and are not kept. Ours is
 * what has the tag of a source of ours; what other environments have tagged as well loses that tag
 * and stays. Pure.
 *
 * @param images digests with all their tags
 */
export function leftovers(
  base: string,
  images: ReadonlyMap<string, readonly string[]>,
  kept: ReadonlySet<string>,
): readonly Leftover[] {
  return [...images].flatMap(([digest, tags]): Leftover[] => {
    const ours = tags.filter((tag) => isHashTagOf(base, tag));
    if (ours.length === 0 || kept.has(digest)) return [];
    const shared = tags.some((tag) => !ours.includes(tag) && !tag.startsWith(`${base}-`));
    return [{ digest, tags: (shared ? ours : tags).toSorted(), shared }];
  });
}

/**
 * Whether another environment keeps images under the very same tags: then only both together could
 * say what is not needed, and nothing is removed.
 */
export function isSharedWithOthers(workspace: Workspace, environment: AwsEnvironment): boolean {
  return [...workspace.environments.values()].some(
    (other) =>
      other.platform === "aws" &&
      other.name !== environment.name &&
      other.suffix === environment.suffix &&
      isSamePlace(other, environment),
  );
}

function isSamePlace(one: AwsEnvironment, other: AwsEnvironment): boolean {
  if (one.repository.kind === "oci" || other.repository.kind === "oci") {
    return JSON.stringify(one.repository) === JSON.stringify(other.repository);
  }
  return (
    one.repository.name === other.repository.name &&
    one.accountId === other.accountId &&
    one.region === other.region
  );
}

/** Removes what is left over, or says what it would; gives the tags. */
export async function cleanUp(
  repository: Repository,
  { project, names: { base } }: ImageOwner,
  kept: ReadonlySet<string>,
  dryRun: boolean,
): Promise<Result<readonly string[], PlatformError>> {
  // Anyone who shares an image of this project has named it after the project, too.
  const images = await repository.list((tag) => tag.includes(project));
  if (!images.ok) return images;
  const gone: string[] = [];
  for (const { digest, tags, shared } of leftovers(base, images.value, kept)) {
    if (shared && !repository.tagsAreSingle) continue;
    if (dryRun) {
      gone.push(...tags);
      continue;
    }
    const removed = await repository.untag(digest, tags);
    if (!removed.ok) return removed;
    gone.push(...removed.value);
  }
  return ok(gone);
}
