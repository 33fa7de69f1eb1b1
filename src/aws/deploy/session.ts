import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { BaseFacts } from "./desired.ts";
import type { ImagePort } from "../images/image-port.ts";

/** One environment's account, opened: what planning and applying work with. */
export interface Session {
  readonly context: AwsContext;
  readonly store: BucketStore;
  readonly images: ImagePort;
  /** What bootstrap made; read when it is first needed, and says what is missing of it. */
  readonly base: () => Promise<Result<BaseFacts, PlatformError>>;
  /** Take over what has the right name and is nobody's. */
  readonly adopt: boolean;
  /** Commit of the working copy, for the audit trail. */
  readonly commit: string | undefined;
  /** How long somebody else's lease is waited for, in milliseconds. */
  readonly leaseWaitMs: number;
}

/** What of it reading and starting runs takes, and watching over them: the notifier has no more. */
export type AccountSession = Pick<Session, "context" | "store" | "commit">;
