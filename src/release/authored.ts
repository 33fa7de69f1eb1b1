import type { Environment, Project, Workspace } from "../config/model.ts";
import { canonicalJson, fingerprintOf, type Json } from "../core/json.ts";
import { generationOf } from "./generation.ts";
import type { FingerprintedRelease, Release } from "./release.ts";

/**
 * The hash of what people wrote for a release: the project's config, its sources, and the settings
 * of its environment that reach a release. Nothing of it is Esteira's: no default, no definition.
 * What goes into this hash never changes, or every stored one would say that its author changed
 * something; a new setting of an environment is added so that it is absent where nobody uses it.
 *
 * @param hash of the sources, as `projectSourceHash` gives it
 * @returns 64 lower-case hexadecimal digits
 */
export function authoredHash(
  project: Pick<Project, "authored"> & Partial<Pick<Project, "steps">>,
  workspace: Pick<Workspace, "name">,
  environment: Environment,
  hash: string,
): string {
  const named = new Set(project.steps?.flatMap((step) => step.pools ?? []));
  const pools = Object.fromEntries(
    Object.entries(environment.pools ?? {}).filter(([pool]) => named.has(pool)),
  );
  return fingerprintOf({
    config: project.authored,
    sources: hash,
    workspace: workspace.name,
    environment: settingsOf(environment),
    ...(Object.keys(pools).length === 0 ? {} : { pools }),
  });
}

function settingsOf(environment: Environment): Record<string, Json | undefined> {
  const { name, platform, schedules, mlflow } = environment;
  return {
    name,
    platform,
    schedules,
    tracking_uri: mlflow?.trackingUri,
    s3_endpoint_url: mlflow?.s3EndpointUrl,
    ...(environment.platform === "aws"
      ? {
          region: environment.region,
          suffix: environment.suffix,
          registry_secret:
            environment.repository.kind === "oci" ? environment.repository.secret : undefined,
        }
      : {}),
  };
}

/** What is known of a release that was made earlier, perhaps by an earlier Esteira. */
export interface EarlierRelease {
  readonly fingerprint: string;
  /** Undefined: it was stored by an Esteira that didn't keep it. */
  readonly authored?: string | undefined;
  /** Undefined: its document isn't there any more. */
  readonly release?: Release | undefined;
}

/**
 * True when nobody changed config, sources or settings between two releases: what differs, if
 * anything, is what Esteira made of them. Of an earlier release without the hash, what its document
 * has of the author's part is compared. Two releases of one generation differ only by their author.
 */
export function isSameAuthored(before: EarlierRelease, now: FingerprintedRelease): boolean {
  if (before.fingerprint === now.fingerprint) return true;
  if (before.authored !== undefined && now.authored !== undefined) {
    return before.authored === now.authored;
  }
  if (before.release === undefined) return false;
  if (generationOf(before.release) === generationOf(now.release)) return false;
  return canonicalJson(authorsPart(before.release)) === canonicalJson(authorsPart(now.release));
}

/** A release without what the compiler derives. */
function authorsPart(release: Release): object {
  const { schema: _, generation: _1, names: _2, definition: _3, schedule, ...rest } = release;
  return { ...rest, schedule: schedule && { ...schedule, expression: undefined } };
}
