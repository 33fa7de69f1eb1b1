import type { Project } from "../../config/model.ts";
import type { Release } from "../../release/release.ts";

/** What is tried. */
export interface Tried {
  readonly project: Project;
  readonly release: Release;
  /** What parameters are where nobody says otherwise. */
  readonly params: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: the time for which it is run. */
  readonly at: number;
}
