import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { type ProjectsDocument, readProjects } from "./projects.ts";

/**
 * How old the last hourly look may be: three that failed are no accident, and the index is not
 * believed any more.
 */
const keptMs = 3.5 * 3_600_000;

/**
 * The document of what is deployed; undefined where the environment's index isn't kept: the base
 * layer is an older one, no hourly look has come to its end yet, or none has for hours. Who may not
 * read it asks each project as well.
 */
export async function keptProjects({
  context,
  store,
}: {
  readonly context: AwsContext;
  readonly store: BucketStore;
}): Promise<Result<ProjectsDocument | undefined, PlatformError>> {
  const found = await readProjects(store);
  if (!found.ok) return found.error.reason === "permission" ? ok(undefined) : found;
  const document = found.value?.document;
  if (document === undefined) return ok(undefined);
  return ok(context.timing.now() - document.lookedAt > keptMs ? undefined : document);
}
