import type { ConsoleOptions, OpenedConsole } from "../../../app/console/face.ts";
import { refused, type Failure } from "../../../app/failure.ts";
import type { Result } from "../../../core/result.ts";
import type { CliContext } from "../../terminal/context.ts";
import { reportInternalError } from "../../terminal/internal-error.ts";

/** Opens the console that `src/main.ts` has handed in. */
export async function serveConsole(
  context: CliContext,
  options: ConsoleOptions,
): Promise<Result<OpenedConsole, Failure>> {
  const load = context.faces.console;
  if (load === undefined) {
    return refused("this start of the program has no console", "Start it with bin/esteira.js.");
  }
  const face = await load();
  const reportBug = (error: unknown): void => reportInternalError(context, error);
  return face.open({ ...context, reportBug }, options);
}

/** What is said of a console that others reach. */
export const proxyNotice =
  "! Others may reach it: put a proxy with TLS in front of it. People enter a token of `esteira console token add NAME`.";
