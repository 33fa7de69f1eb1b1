import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { FingerprintedRelease } from "../../release/release.ts";

/** Where a project's own tests can run. */
export interface ProjectTests {
  /**
   * Runs the project's test command on a copy of the project as it is now, in the environment that
   * its steps get. Deploys nothing.
   *
   * @returns the command's exit code
   */
  run(
    release: FingerprintedRelease,
    options: TestOptions,
  ): Promise<Result<{ readonly exitCode: number }, EdgeError>>;
}

export interface TestOptions {
  /** A line of the command's output, or of what prepares its environment. */
  readonly listener: (line: TestLine) => void;
  readonly signal?: AbortSignal;
  /**
   * `test.requirements_file` of the project, relative to it. No release has it: what only
   * tests need deploys nothing.
   */
  readonly requirementsFile?: string | undefined;
}

export interface TestLine {
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
}
