import { AWS_START_GRACE_MS } from "../../platform/watch/watch.ts";
import { succeededFires } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { readDeadLetters } from "./dead-letters.ts";
import { waitingSince } from "./waiting.ts";
import type { OwnWatching } from "../../platform/watch/own-watching.ts";

/** What only an account can say of runs that should have started or continue. */
export function accountWatching(context: AwsContext, store: BucketStore): OwnWatching {
  return {
    startGraceMs: AWS_START_GRACE_MS,
    deadLetters: () => readDeadLetters(context, store),
    waitingForInstance: ({ project }, tasks) => waitingSince(context, project, tasks),
    succeeded: (project, fromMs, toMs) => succeededFires(store, project, fromMs, toMs),
  };
}
