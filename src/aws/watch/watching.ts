import { AWS_START_GRACE_MS } from "../../platform/watch/watch.ts";
import { succeededFires } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { FindLostImages } from "../images/lost-images.ts";
import { deployedReleases } from "../releases/kept.ts";
import type { AwsContext } from "../sdk/context.ts";
import { readDeadLetters } from "./dead-letters.ts";
import { unstartableProjects } from "./unstartable.ts";
import { ok } from "../../core/result.ts";
import { stalePublishes } from "../../platform/watch/published.ts";
import { spentBudgets } from "./budgets.ts";
import { lookInS3 } from "./published.ts";
import { waitingSince } from "./waiting.ts";
import type { OwnWatching } from "../../platform/watch/own-watching.ts";

/** So long the releases count that were read for the same look. */
const oneLookMs = 30_000;

/** What only an account can say of runs that should have started or continue. */
export function accountWatching(
  context: AwsContext,
  store: BucketStore,
  findLost: FindLostImages,
): OwnWatching {
  let read:
    | { readonly at: number; readonly deployed: ReturnType<typeof deployedReleases> }
    | undefined;
  // One look asks twice; AWS gives the tags of one state machine a second.
  const deployedNow = (): ReturnType<typeof deployedReleases> => {
    const at = context.timing.now();
    if (read === undefined || at - read.at > oneLookMs) {
      read = { at, deployed: deployedReleases({ context, store, commit: undefined }) };
    }
    return read.deployed;
  };
  return {
    startGraceMs: AWS_START_GRACE_MS,
    retriesFollowers: true,
    deadLetters: () => readDeadLetters(context, store),
    async unstartable() {
      const deployed = await deployedNow();
      return deployed.ok ? unstartableProjects(context, deployed.value, findLost) : deployed;
    },
    async spent() {
      const deployed = await deployedNow();
      return deployed.ok ? spentBudgets(store, deployed.value, context.timing.now()) : deployed;
    },
    async stale() {
      const deployed = await deployedNow();
      if (!deployed.ok) return deployed;
      const look = (uri: string, since: number) => lookInS3(context, uri, since);
      return ok(await stalePublishes(deployed.value, context.timing.now(), look));
    },
    waitingForInstance: ({ project }, tasks) => waitingSince(context, project, tasks),
    succeeded: (project, fromMs, toMs) => succeededFires(store, project, fromMs, toMs),
  };
}
