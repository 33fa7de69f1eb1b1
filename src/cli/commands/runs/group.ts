import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands that start runs, and show them. */
export const runs = {
  run: commandEntry(
    async () => (await import("./run-command.ts")).runCommand,
    async () => (await import("./run.ts")).run,
  ),
  status: commandEntry(
    async () => (await import("./status-command.ts")).statusCommand,
    async () => (await import("./status.ts")).status,
  ),
  runs: commandEntry(
    async () => (await import("./runs-command.ts")).runsCommand,
    async () => (await import("./runs.ts")).runs,
  ),
  costs: commandEntry(
    async () => (await import("./costs-command.ts")).costsCommand,
    async () => (await import("./costs.ts")).costs,
  ),
  logs: commandEntry(
    async () => (await import("./logs-command.ts")).logsCommand,
    async () => (await import("./logs.ts")).logs,
  ),
  checks: commandEntry(
    async () => (await import("./checks-command.ts")).checksCommand,
    async () => (await import("./checks.ts")).checks,
  ),
  report: commandEntry(
    async () => (await import("./report-command.ts")).reportCommand,
    async () => (await import("./report.ts")).report,
  ),
  artifacts: {
    brief: "List, fetch and open what the steps of a run left",
    commands: {
      ls: commandEntry(
        async () => (await import("./artifacts-commands.ts")).artifactsLsCommand,
        async () => (await import("./artifacts.ts")).ls,
      ),
      get: commandEntry(
        async () => (await import("./artifacts-commands.ts")).artifactsGetCommand,
        async () => (await import("./artifacts.ts")).get,
      ),
      open: commandEntry(
        async () => (await import("./artifacts-commands.ts")).artifactsOpenCommand,
        async () => (await import("./artifacts.ts")).open,
      ),
    },
  },
  stop: commandEntry(
    async () => (await import("./stop-command.ts")).stopCommand,
    async () => (await import("./stop.ts")).stop,
  ),
  resume: commandEntry(
    async () => (await import("./resume-command.ts")).resumeCommand,
    async () => (await import("./resume.ts")).resume,
  ),
  backfill: commandEntry(
    async () => (await import("./backfill-command.ts")).backfillCommand,
    async () => (await import("./backfill.ts")).backfill,
  ),
  watch: commandEntry(
    async () => (await import("./watch-command.ts")).watchCommand,
    async () => (await import("./watch.ts")).watch,
  ),
  notify: {
    brief: "Check that people are reached, and notify again those who weren't",
    commands: {
      test: commandEntry(
        async () => (await import("./notify-test-command.ts")).notifyTestCommand,
        async () => (await import("./notify.ts")).test,
      ),
      retry: commandEntry(
        async () => (await import("./notify-retry-command.ts")).notifyRetryCommand,
        async () => (await import("./notify.ts")).retry,
      ),
    },
  },
} as const satisfies CommandTree;

/** Commands that nobody types, so that no list has them. */
export const unlisted = {
  drive: commandEntry(
    async () => (await import("./drive-command.ts")).driveCommand,
    async () => (await import("./drive.ts")).drive,
  ),
} as const satisfies CommandTree;
