import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";

/** Where runs are found by a part of their names without reading what is looked through. */
export interface RunSearch {
  /**
   * The newest runs whose names begin or end with a text, newest first, among as many as are to be
   * searched.
   */
  matching(part: string, searched: number): Promise<Result<readonly RunId[], EdgeError>>;
}
