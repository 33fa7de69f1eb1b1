import type { OpenedConsole } from "../../../app/console/face.ts";
import { ok } from "../../../core/result.ts";
import type { CliContext } from "../../terminal/context.ts";
import { openInBrowser } from "../../terminal/browser.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { ConsoleFlags, consoleOpenCommand } from "./console-open-command.ts";
import { proxyNotice, serveConsole } from "./serve-console.ts";

/** Serves the console until it is asked to end, which is not a failure. */
export const open: ActionOf<typeof consoleOpenCommand> = async (context, flags) => {
  const { readOnly = false, allowChanges = false, env, port, origin } = flags;
  const opened = await serveConsole(context, {
    env,
    port,
    address: flags.host ?? "127.0.0.1",
    readOnly,
    allowChanges,
    shared: false,
    origin,
  });
  if (!opened.ok) return opened;
  const ended = Promise.withResolvers<void>();
  using _interrupts = interruptible(context, {
    first: () => ended.resolve(),
    second: () => context.leave(0),
  });
  sayOpened(context, flags, opened.value);
  await ended.promise;
  await opened.value.close();
  return ok("ok");
};

function sayOpened(
  context: CliContext,
  flags: ConsoleFlags,
  { address, changes, tokens }: OpenedConsole,
): void {
  const { out, errors } = context;
  if (flags.json === true) printJson(context, "console", { address, changes });
  else if (flags.noOpen === true) out.line(address);
  else {
    out.lines([
      `${out.style.cyan("▸")} The console is open${changes ? "" : ", read-only"}: ${address.replace(/\?code=.*$/, "")}`,
      out.style.dim("  Ctrl-C closes it."),
    ]);
    openInBrowser(address, context.environment, () => {
      out.lines([
        "  No browser could be opened here. Open this address, which is good once:",
        `  ${address}`,
      ]);
    });
  }
  if (tokens) errors.line(errors.style.yellow(proxyNotice));
}
