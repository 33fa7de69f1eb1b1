import { fingerprint } from "../core/ids.ts";
import { fingerprintOf } from "../core/json.ts";
import type { FingerprintedRelease } from "./release.ts";

/** What is behind the version of a release that nobody deployed. */
const MARK = "+changes";

/**
 * A release of the working copy as it is, which is run and never deployed. Its version says so
 * wherever a version is shown: `1.2.0+changes`, what Python calls a local version
 * (https://packaging.python.org/en/latest/specifications/version-specifiers/).
 */
export function workingCopyRelease({ release }: FingerprintedRelease): FingerprintedRelease {
  const version = `${release.version}${MARK}`;
  const { task } = release;
  const made = {
    ...release,
    version,
    task: { ...task, environment: { ...task.environment, ESTEIRA_VERSION: version } },
  };
  return { release: made, fingerprint: fingerprint(fingerprintOf(made)) };
}

/** Whether it is, or is of, such a release. */
export function isOfWorkingCopy({ version }: { readonly version: string }): boolean {
  return version.endsWith(MARK);
}
