import { fingerprint } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type HoldDocument, putHold } from "../bucket/holds.ts";
import type { ProjectInput } from "../deploy/project-input.ts";
import { markOf } from "../resources/marks.ts";
import type { Session } from "../deploy/session.ts";

/**
 * Writes down that the release which is deployed now is left behind on purpose. It is the first act
 * of a rollback: whatever happens to the rest, no deploy brings the release back. A release that
 * was rejected before and never replaced stays the rejected one: it is what the working copy still
 * has.
 */
export async function recordRejection(
  { store, context }: Session,
  { release, state, previous, hold, reason }: ProjectInput,
  actor: string,
): Promise<Result<void, PlatformError>> {
  const mark = state.stateMachine === undefined ? undefined : markOf(state.stateMachine);
  if (hold?.rejected !== undefined || mark === undefined) return ok(undefined);
  const document: HoldDocument = {
    schema: 1,
    project: release.project,
    ...hold,
    rejected: {
      actor,
      at: context.timing.now(),
      fingerprint: fingerprint(mark),
      version: previous?.release.version ?? "an unknown version",
      ...(previous?.authored === undefined ? {} : { authored: previous.authored }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
  return putHold(store, document);
}

/** A changed release has been deployed: what was rejected before it is of no more concern. */
export async function forgetRejection(
  { store }: Session,
  { hold }: ProjectInput,
): Promise<Result<void, PlatformError>> {
  if (hold?.rejected === undefined) return ok(undefined);
  const { rejected: _past, ...rest } = hold;
  return putHold(store, rest);
}
