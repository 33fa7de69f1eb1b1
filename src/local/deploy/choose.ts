import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { PreparedRuntime } from "../executors/port.ts";

/** Decides which executor a release's steps run with on this machine; a sentence says why. */
export type ChooseExecutor = (release: Release) => Promise<Result<ExecutorChoice, PlatformError>>;

export interface ExecutorChoice {
  readonly executor: PreparedRuntime["executor"];
  readonly why: string;
}
