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
  audit: commandEntry(
    async () => (await import("./audit-command.ts")).auditCommand,
    async () => (await import("./audit.ts")).audit,
  ),
} as const satisfies CommandTree;
