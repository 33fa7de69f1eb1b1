import { spawn } from "node:child_process";
import { once } from "node:events";

import type { ShellProgram } from "../../platform/roles/trials.ts";
import type { CliContext } from "./context.ts";

/** Gives a person's terminal to a shell; resolves when it has ended. */
export async function runShell(
  context: CliContext,
  { command: [program, ...rest], folder, environment }: ShellProgram,
): Promise<void> {
  // Ctrl-C is the shell's, and what runs in it.
  using _interrupts = context.onInterrupt(() => undefined);
  const child = spawn(program, rest, { cwd: folder, env: environment, stdio: "inherit" });
  await once(child, "close");
}
