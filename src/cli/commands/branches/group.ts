import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands of branches, for CI. */
export const branches = {
  ci: {
    brief: "What pull requests and CI ask",
    commands: {
      "check-branch": commandEntry(
        async () => (await import("./ci-check-branch-command.ts")).ciCheckBranchCommand,
        async () => (await import("./ci-check-branch.ts")).ciCheckBranch,
      ),
      changed: commandEntry(
        async () => (await import("./ci-changed-command.ts")).ciChangedCommand,
        async () => (await import("./ci-changed.ts")).changed,
      ),
      test: commandEntry(
        async () => (await import("./ci-test-command.ts")).ciTestCommand,
        async () => (await import("./ci-test.ts")).ciTest,
      ),
      environment: commandEntry(
        async () => (await import("./ci-environment-command.ts")).ciEnvironmentCommand,
        async () => (await import("./ci-environment.ts")).ciEnvironment,
      ),
      comment: commandEntry(
        async () => (await import("./ci-comment-command.ts")).ciCommentCommand,
        async () => (await import("./ci-comment.ts")).comment,
      ),
      protect: commandEntry(
        async () => (await import("./ci-protect-command.ts")).ciProtectCommand,
        async () => (await import("./ci-protect.ts")).protect,
      ),
    },
  },
} as const satisfies CommandTree;
