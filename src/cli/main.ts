import { exitCodes } from "../app/exit-codes.ts";
import { type OtherFaces, processContext } from "./terminal/context.ts";
import { version } from "../app/version.ts";

/**
 * Runs the command line that this process was given; sets its exit code. Never throws.
 *
 * @param faces what `src/main.ts` hands in
 */
export async function start(faces: OtherFaces = {}): Promise<void> {
  const inputs = process.argv.slice(2);
  watchOutputs();
  if (inputs.length === 1 && (inputs[0] === "--version" || inputs[0] === "-v")) {
    process.stdout.write(`${version()}\n`);
    return;
  }
  if (!isInFolder()) {
    process.stderr.write(
      'error: the folder that esteira was started in is gone: it was deleted, or made anew\n       Go to one that is there: `cd "$PWD"` where it was made anew, else the workspace\'s.\n',
    );
    process.exitCode = exitCodes.notFound.code;
    return;
  }
  const context = processContext(process, faces);
  let failing = false;
  const lastResort = (error: unknown): void => {
    // What fails while reporting a failure doesn't get a second turn.
    if (failing) context.leave(exitCodes.internal.code);
    failing = true;
    void import("./terminal/internal-error.ts").then(({ reportInternalError }) => {
      reportInternalError(context, error);
      context.leave(exitCodes.internal.code);
    });
  };
  process.on("uncaughtException", lastResort);
  process.on("unhandledRejection", lastResort);
  try {
    const { runApplication } = await import("./app.ts");
    process.exitCode = await runApplication(inputs, context);
  } catch (error) {
    lastResort(error);
  }
}

/** Whether the working folder exists: somebody may have deleted it since the shell went there. */
function isInFolder(): boolean {
  try {
    process.cwd();
    return true;
  } catch {
    return false;
  }
}

/**
 * What was asked for (a deploy, a run) is done even where its output can't be written. That is no
 * error where who reads has stopped reading, as in `esteira runs | head`.
 */
function watchOutputs(): void {
  let lost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || lost) return;
      lost = true;
      const why = error.code === "ENOSPC" ? "there is no space left for it" : error.message;
      if (stream === process.stdout) {
        process.stderr.write(`error: the output can't be written: ${why}\n`);
      }
      process.on("exit", () => {
        process.exitCode ||= exitCodes.unavailable.code;
      });
    });
  }
}

if (import.meta.main) await start();
