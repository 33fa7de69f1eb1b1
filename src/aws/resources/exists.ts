import { err, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { describeOwner, isSameOwner, ownerOf, type Tags } from "../sdk/ownership.ts";
import type { ResourceKind, Work } from "./kind.ts";

/**
 * Continues when creating says that it exists: most likely an earlier request of ours was served
 * and its answer got lost. What belongs to somebody else is not touched.
 */
export async function ensureExisting<
  Desired extends { readonly name: string; readonly tags: Tags },
  Observed,
>(
  kind: ResourceKind<Desired, Observed>,
  work: Work,
  desired: Desired,
): Promise<Result<Observed, PlatformError>> {
  const seen = await kind.observe(work.context, [desired.name]);
  if (!seen.ok) return seen;
  const observed = seen.value.get(desired.name);
  const resource = `${kind.kind} ${desired.name}`;
  if (observed === undefined) {
    return err({
      reason: "conflict",
      message: `AWS says that ${resource} exists, and doesn't find it`,
      help: "it may be on its way out; run it again in a minute",
      resource,
    });
  }
  const wanted = ownerOf(desired.tags);
  const owner = kind.ownerOf(observed);
  if (wanted !== undefined && !isSameOwner(owner, wanted)) {
    return err({
      reason: "conflict",
      message:
        owner === undefined
          ? `${resource} exists and isn't Esteira's`
          : `${resource} exists and belongs to ${describeOwner(owner)}`,
      help: "somebody made it a moment ago; look with `esteira plan`",
      resource,
    });
  }
  return kind.ensure(work, desired, observed);
}
