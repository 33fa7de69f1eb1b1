import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands of schedules, and of what is looked at all day. */
export const schedules = {
  schedule: {
    brief: "See, disable and enable the schedules of what is deployed",
    commands: {
      list: commandEntry(
        async () => (await import("./schedule-list-command.ts")).scheduleListCommand,
        async () => (await import("./schedule.ts")).list,
      ),
      show: commandEntry(
        async () => (await import("./schedule-show-command.ts")).scheduleShowCommand,
        async () => (await import("./schedule.ts")).show,
      ),
      next: commandEntry(
        async () => (await import("./schedule-next-command.ts")).scheduleNextCommand,
        async () => (await import("./schedule.ts")).next,
      ),
      disable: commandEntry(
        async () => (await import("./schedule-disable-command.ts")).scheduleDisableCommand,
        async () => (await import("./schedule.ts")).disable,
      ),
      enable: commandEntry(
        async () => (await import("./schedule-enable-command.ts")).scheduleEnableCommand,
        async () => (await import("./schedule.ts")).enable,
      ),
    },
  },
  up: commandEntry(
    async () => (await import("./up-command.ts")).upCommand,
    async () => (await import("./up.ts")).up,
  ),
  console: {
    brief: "Open the console, a web page, and say who may use it",
    default: "open",
    commands: {
      open: commandEntry(
        async () => (await import("./console-open-command.ts")).consoleOpenCommand,
        async () => (await import("./console-open.ts")).open,
      ),
      token: commandEntry(
        async () => (await import("./console-token-command.ts")).consoleTokenCommand,
        async () => (await import("./console-token.ts")).token,
      ),
    },
  },
} as const satisfies CommandTree;
