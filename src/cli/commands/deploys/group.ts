import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands that deploy, and look after what is deployed. */
export const deploys = {
  plan: commandEntry(
    async () => (await import("./plan-command.ts")).planCommand,
    async () => (await import("./plan.ts")).plan,
  ),
  deploy: commandEntry(
    async () => (await import("./deploy-command.ts")).deployCommand,
    async () => (await import("./deploy.ts")).deploy,
  ),
  releases: commandEntry(
    async () => (await import("./releases-command.ts")).releasesCommand,
    async () => (await import("./releases.ts")).releases,
  ),
  rollback: commandEntry(
    async () => (await import("./rollback-command.ts")).rollbackCommand,
    async () => (await import("./rollback.ts")).rollback,
  ),
  model: {
    brief: "See, compare and promote the registered models of projects",
    commands: {
      show: commandEntry(
        async () => (await import("./model-show-command.ts")).modelShowCommand,
        async () => (await import("./model-show.ts")).show,
      ),
      list: commandEntry(
        async () => (await import("./model-list-command.ts")).modelListCommand,
        async () => (await import("./model-list.ts")).list,
      ),
      history: commandEntry(
        async () => (await import("./model-history-command.ts")).modelHistoryCommand,
        async () => (await import("./model-history.ts")).history,
      ),
      promote: commandEntry(
        async () => (await import("./model-promote-command.ts")).modelPromoteCommand,
        async () => (await import("./model-promote.ts")).promote,
      ),
      "remove-alias": commandEntry(
        async () => (await import("./model-remove-alias-command.ts")).modelRemoveAliasCommand,
        async () => (await import("./model-remove-alias.ts")).removeAlias,
      ),
      compare: commandEntry(
        async () => (await import("./model-compare-command.ts")).modelCompareCommand,
        async () => (await import("./model-compare.ts")).compare,
      ),
    },
  },
  destroy: commandEntry(
    async () => (await import("./destroy-command.ts")).destroyCommand,
    async () => (await import("./destroy.ts")).destroy,
  ),
  gc: commandEntry(
    async () => (await import("./gc-command.ts")).gcCommand,
    async () => (await import("./gc.ts")).gc,
  ),
} as const satisfies CommandTree;
