import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { CliContext } from "./context.ts";
import { version } from "../../app/version.ts";

/**
 * Says in one line that this is our bug and leaves the details in a file; ESTEIRA_DEBUG=1 shows
 * them at once.
 */
export function reportInternalError(context: CliContext, error: unknown): void {
  const { style } = context.errors;
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error ? (error.stack ?? message) : message;
  const where = writeReport(context, details);
  const kept = where === undefined ? "" : ` (details in ${where})`;
  context.errors.line(
    `${style.red(style.bold("internal error:"))} ${message.split("\n")[0]}; please report it${kept}`,
  );
  if ((context.environment["ESTEIRA_DEBUG"] ?? "") !== "") context.errors.line(details);
}

function writeReport(context: CliContext, details: string): string | undefined {
  const now = context.clock.now();
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, "").replace(/\..*/, "Z");
  const folder = reportFolder(context.cwd);
  const file = join(folder, `${stamp}-${process.pid}.txt`);
  const text = [
    `esteira ${version()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `$ esteira ${process.argv.slice(2).join(" ")}`,
    details,
    "",
  ].join("\n");
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    return file;
  } catch {
    // Nowhere to write: the one line has to do.
    return undefined;
  }
}

/**
 * `.esteira/errors` of the workspace, where it has an `.esteira`; else a folder for files that may
 * go.
 */
function reportFolder(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const own = join(folder, ".esteira");
    if (existsSync(own)) return join(own, "errors");
    if (dirname(folder) === folder) return join(tmpdir(), "esteira-errors");
  }
}
