import { AWS_START_GRACE_MS } from "../../platform/watch/watch.ts";
import { succeededFires } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { FindLostImages } from "../images/lost-images.ts";
import { deployedReleases } from "../releases/kept.ts";
import type { AwsContext } from "../sdk/context.ts";
import { readDeadLetters } from "./dead-letters.ts";
import { unstartableProjects } from "./unstartable.ts";
import { waitingSince } from "./waiting.ts";
import type { OwnWatching } from "../../platform/watch/own-watching.ts";

/** What only an account can say of runs that should have started or continue. */
export function accountWatching(
  context: AwsContext,
  store: BucketStore,
  findLost: FindLostImages,
): OwnWatching {
  return {
    startGraceMs: AWS_START_GRACE_MS,
    deadLetters: () => readDeadLetters(context, store),
    async unstartable() {
      const deployed = await deployedReleases({ context, store, commit: undefined });
      return deployed.ok ? unstartableProjects(context, deployed.value, findLost) : deployed;
    },
    waitingForInstance: ({ project }, tasks) => waitingSince(context, project, tasks),
    succeeded: (project, fromMs, toMs) => succeededFires(store, project, fromMs, toMs),
  };
}
