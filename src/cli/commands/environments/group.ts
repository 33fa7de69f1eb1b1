import { commandEntry } from "../command.ts";
import type { CommandTree } from "../tree.ts";

/** The commands that prepare environments, and check them. */
export const environments = {
  bootstrap: commandEntry(
    async () => (await import("./bootstrap-command.ts")).bootstrapCommand,
    async () => (await import("./bootstrap.ts")).bootstrap,
  ),
  iam: commandEntry(
    async () => (await import("./iam-command.ts")).iamCommand,
    async () => (await import("./iam.ts")).iam,
  ),
  verify: commandEntry(
    async () => (await import("./verify-command.ts")).verifyCommand,
    async () => (await import("./verify.ts")).verify,
  ),
  doctor: commandEntry(
    async () => (await import("./doctor-command.ts")).doctorCommand,
    async () => (await import("./doctor.ts")).doctor,
  ),
  secrets: {
    brief: "Set, list and remove the values of secrets",
    commands: {
      set: commandEntry(
        async () => (await import("./secrets-set-command.ts")).secretsSetCommand,
        async () => (await import("./secrets.ts")).set,
      ),
      list: commandEntry(
        async () => (await import("./secrets-list-command.ts")).secretsListCommand,
        async () => (await import("./secrets.ts")).list,
      ),
      rm: commandEntry(
        async () => (await import("./secrets-rm-command.ts")).secretsRmCommand,
        async () => (await import("./secrets.ts")).rm,
      ),
    },
  },
  audit: commandEntry(
    async () => (await import("./audit-command.ts")).auditCommand,
    async () => (await import("./audit.ts")).audit,
  ),
} as const satisfies CommandTree;
