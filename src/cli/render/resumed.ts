import type { RunSummary } from "../../runs/model.ts";

/** A release as people know it, and its fingerprint; both empty where it isn't known. */
type Named = Pick<RunSummary, "version" | "release">;

/**
 * With which release a run continues, in one line; it is named where there is more than one.
 *
 * @param from the step that runs again although it had succeeded
 */
export function howResumed(
  before: Named,
  now: Named,
  deployed: Named | undefined,
  from?: string,
): string {
  const after =
    from === undefined
      ? "Continues after the last finished step"
      : `Continues from ${from}, which runs again with all that comes after it`;
  if (now.release !== before.release) {
    const from = before.release === "" ? "" : `; it was started from ${named(before, now)}`;
    return `${after}, with ${named(now, before)}, which is deployed now${from}.`;
  }
  if (deployed === undefined || deployed.release === now.release) return `${after}.`;
  return `${after}, with what it was started from. \`--release latest\` continues with ${named(deployed, now)}, which is deployed now.`;
}

/** Its version, and the beginning of its fingerprint where another one has the same version. */
function named(one: Named, other: Named): string {
  return one.version === other.version
    ? `${one.version} (${one.release.slice(0, 8)})`
    : one.version;
}
