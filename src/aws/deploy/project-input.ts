import type { ModelDecision } from "../../platform/plan.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { HoldDocument } from "../bucket/holds.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";
import type { ImageState } from "../images/image-port.ts";
import type { DataFacts } from "./data-rules.ts";
import type { DeployInputs } from "./desired.ts";
import type { Previous } from "./previous.ts";
import type { ProjectState } from "./state.ts";

/** Everything that one project's plan is made of. */
export interface ProjectInput extends FingerprintedRelease {
  readonly inputs: DeployInputs;
  readonly state: ProjectState;
  readonly image: ImageState;
  /** The release that the commit mark names, with what its deploy decided. */
  readonly previous: Previous | undefined;
  /** Take over what has the right name and is nobody's. */
  readonly adopt: boolean;
  /** What the model registry says. */
  readonly model?: ModelDecision;
  /** What there is of rules for data; absent: the project has nothing to do with it. */
  readonly data?: DataFacts;
  /** What a person has decided about the project. */
  readonly hold?: HoldDocument;
  /** A rollback: the document that it restores. */
  readonly restores?: ReleaseDocument;
  /** Why somebody rolls back. */
  readonly reason?: string;
}
