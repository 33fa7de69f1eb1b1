import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { Check } from "../check.ts";

/** Where there is an account that can lack something. */
export interface Verification {
  /**
   * Looks whether the account has what these releases need, each finding with its remedy. Reads
   * only.
   */
  verify(
    releases: readonly FingerprintedRelease[],
    options?: VerifyOptions,
  ): Promise<Result<readonly Check[], EdgeError>>;
}

export interface VerifyOptions {
  /**
   * Own roles of all projects, which pipelines must be allowed to hand to steps; as for bootstrap.
   */
  readonly taskRoles?: readonly string[];
  /** What all projects publish; as for bootstrap. */
  readonly published?: readonly string[];
}
