import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";

/** Where deploys leave things behind that nothing needs any more. */
export interface GarbageCollection {
  /**
   * Removes what no kept release, running execution or resumable failure names; or says what it
   * would.
   */
  collect(
    projects: readonly ProjectName[],
    options: GarbageOptions,
  ): Promise<Result<readonly Garbage[], EdgeError>>;
}

export interface GarbageOptions {
  /** Releases that stay restorable for each project, besides the current one. */
  readonly keep: number;
  /** Only says what it would remove. */
  readonly dryRun: boolean;
  readonly actor: string;
  readonly signal?: AbortSignal;
}

export interface Garbage {
  readonly project: string;
  readonly kind:
    | "release"
    | "task-definition"
    | "launch-template-version"
    | "image"
    | "artifacts"
    /** A project's part in a rule of EventBridge; the rule goes with the last of them. */
    | "rule";
  readonly name: string;
}
