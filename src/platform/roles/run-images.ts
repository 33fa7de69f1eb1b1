import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";

/** Where the steps of runs had images of a registry. */
export interface RunImages {
  /**
   * Brings the image that a run's steps had into this machine's Docker engine, and gives its name
   * there, by digest. Only reads what is elsewhere.
   */
  fetch(run: RunId, progress: ImageFetch): Promise<Result<string, EdgeError>>;
}

export interface ImageFetch {
  /** Each line of what the client says. */
  readonly output: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}
