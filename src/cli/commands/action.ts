import type { Result } from "../../core/result.ts";
import type { CliContext } from "../terminal/context.ts";
import { errorDocument } from "../../app/error-document.ts";
import { exitCodes, type Exit } from "../../app/exit-codes.ts";
import type { Failure } from "../../app/failure.ts";
import type { CommonFlags } from "./definition.ts";
import { renderFailure } from "../render/failure.ts";
import { printJson } from "../terminal/json-output.ts";

/**
 * What a command is: it prints its own result, and gives the exit it ends with or why it couldn't.
 */
export type Action<Flags extends CommonFlags, Arguments extends readonly unknown[]> = (
  context: CliContext,
  flags: Flags,
  ...values: Arguments
) => Promise<Result<Exit, Failure>>;

/** Turns a command that is loaded when it is called into what the command line library calls. */
export function lazily<Flags extends CommonFlags, Arguments extends readonly unknown[]>(
  load: () => Promise<Action<Flags, Arguments>>,
): () => Promise<(this: CliContext, flags: Flags, ...values: Arguments) => Promise<void>> {
  return async () =>
    async function run(this: CliContext, flags: Flags, ...values: Arguments): Promise<void> {
      this.process.exitCode = exitCodes[await perform(this, flags, await load(), values)].code;
    };
}

async function perform<Flags extends CommonFlags, Arguments extends readonly unknown[]>(
  context: CliContext,
  flags: Flags,
  action: Action<Flags, Arguments>,
  values: Arguments,
): Promise<Exit> {
  try {
    const result = await action(context, flags, ...values);
    if (result.ok) return result.value;
    await showFailure(context, flags.json === true, result.error);
    return result.error.exit;
  } catch (error) {
    const machine = machineFailure(error);
    if (machine !== undefined) {
      await showFailure(context, flags.json === true, machine);
      return machine.exit;
    }
    const { reportInternalError } = await import("../terminal/internal-error.ts");
    reportInternalError(context, error);
    return "internal";
  }
}

/** What a disk or its rights refuse is not a bug of ours. */
function machineFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const what = {
    EACCES: "no permission",
    EPERM: "no permission",
    EROFS: "the file system is read-only",
    ENOSPC: "no space is left on the disk",
    EDQUOT: "the disk quota is used up",
    EFBIG: "it would be larger than a file may be here",
    EIO: "the disk can't be read or written",
    ESTALE: "its file system has been unmounted or changed meanwhile",
    EMFILE: "too many files are open",
    ENFILE: "too many files are open on this machine",
  }[code ?? ""];
  if (what === undefined) return undefined;
  return {
    exit: "unavailable",
    reason: code === "EACCES" || code === "EPERM" ? "permission" : "unavailable",
    message: `${path ?? "a file"} can't be used: ${what}`,
    help: "Fix that and try again.",
  };
}

/** A failure on stderr for people; with `--json` as one document on stdout. */
async function showFailure(context: CliContext, json: boolean, failure: Failure): Promise<void> {
  if (json) {
    printJson(context, "error", errorDocument(failure));
    return;
  }
  const { errors } = context;
  if (failure.diagnostics !== undefined && failure.diagnostics.length > 0) {
    const { showDiagnostics } = await import("../terminal/diagnostics.ts");
    showDiagnostics(context, failure.diagnostics);
  }
  errors.lines(renderFailure(failure, { style: errors.style, width: errors.wrapAt() }));
  if (context.environment["GITHUB_ACTIONS"] === "true") {
    const { annotate } = await import("../terminal/diagnostics.ts");
    const { message, help } = failure;
    const problem = { code: "esteira", severity: "error", message } as const;
    annotate(context, [help === undefined ? problem : { ...problem, help }]);
  }
}
