import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands that write and check projects. */
export const projects = {
  init: commandEntry(
    async () => (await import("./init-command.ts")).initCommand,
    async () => (await import("./init.ts")).init,
  ),
  new: commandEntry(
    async () => (await import("./new-command.ts")).newCommand,
    async () => (await import("./new.ts")).create,
  ),
  adopt: commandEntry(
    async () => (await import("./adopt-command.ts")).adoptCommand,
    async () => (await import("./adopt.ts")).adopt,
  ),
  validate: commandEntry(
    async () => (await import("./validate-command.ts")).validateCommand,
    async () => (await import("./validate.ts")).validate,
  ),
  simulate: commandEntry(
    async () => (await import("./simulate-command.ts")).simulateCommand,
    async () => (await import("./simulate.ts")).simulate,
  ),
  dev: commandEntry(
    async () => (await import("./dev-command.ts")).devCommand,
    async () => (await import("./dev.ts")).dev,
  ),
  env: commandEntry(
    async () => (await import("./env-command.ts")).envCommand,
    async () => (await import("./env.ts")).env,
  ),
  shell: commandEntry(
    async () => (await import("./shell-command.ts")).shellCommand,
    async () => (await import("./shell.ts")).shell,
  ),
  test: commandEntry(
    async () => (await import("./test-command.ts")).testCommand,
    async () => (await import("./test.ts")).test,
  ),
} as const satisfies CommandTree;
