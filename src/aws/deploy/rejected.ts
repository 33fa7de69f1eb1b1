import { all, ok, type Result } from "../../core/result.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { ProjectPlan } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldText } from "../../platform/roles/rollbacks.ts";
import { type EarlierRelease, isSameAuthored } from "../../release/authored.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { HoldDocument, RejectedRelease } from "../bucket/holds.ts";
import { getRelease } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";

/**
 * Plans of the projects that a rollback holds: what their authors have now is what it left behind.
 * What another version of Esteira makes of the same config and sources is held as well.
 */
export async function findRejected(
  store: BucketStore,
  releases: readonly FingerprintedRelease[],
  holds: ReadonlyMap<string, HoldDocument>,
): Promise<Result<readonly ProjectPlan[], PlatformError>> {
  const candidates = releases.flatMap((now) => {
    const rejected = holds.get(now.release.project)?.rejected;
    return rejected === undefined ? [] : [{ now, rejected }];
  });
  const looked = all(
    await mapConcurrently(candidates, 16, async ({ now, rejected }) => {
      const before = await rejectedRelease(store, now, rejected);
      if (!before.ok) return before;
      return ok(isSameAuthored(before.value, now) ? heldPlan(now, rejected) : undefined);
    }),
  );
  if (!looked.ok) return looked;
  return ok(looked.value.filter((plan) => plan !== undefined));
}

/** A hold that doesn't say what the author had written is completed by the release's document. */
async function rejectedRelease(
  store: BucketStore,
  { release, fingerprint }: FingerprintedRelease,
  rejected: RejectedRelease,
): Promise<Result<EarlierRelease, PlatformError>> {
  if (rejected.authored !== undefined || rejected.fingerprint === fingerprint) return ok(rejected);
  const document = await getRelease(store, release.project, rejected.fingerprint);
  return document.ok ? ok(document.value ?? rejected) : document;
}

function heldPlan(
  { release, fingerprint }: FingerprintedRelease,
  rejected: RejectedRelease,
): ProjectPlan {
  const hold = heldText(rejected);
  return { project: release.project, fingerprint, changes: [], hold, warnings: [] };
}
