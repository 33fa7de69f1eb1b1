import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands for editors and shells. */
export const tools = {
  version: commandEntry(
    async () => (await import("./version-command.ts")).versionCommand,
    async () => (await import("./version.ts")).version,
  ),
  schema: commandEntry(
    async () => (await import("./schema-command.ts")).schemaCommand,
    async () => (await import("./schema.ts")).schema,
  ),
  completion: commandEntry(
    async () => (await import("./completion-command.ts")).completionCommand,
    async () => (await import("./completion.ts")).completion,
  ),
} as const satisfies CommandTree;
