import { lstatSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
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
  const text = [
    `esteira ${version()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `$ esteira ${commandOnly(process.argv.slice(2))}`,
    details,
    "",
  ].join("\n");
  try {
    if (folder === undefined) {
      // Where everybody may write, only a new folder is certain to be ours.
      const fresh = join(mkdtempSync(join(tmpdir(), "esteira-error-")), "report.txt");
      writeFileSync(fresh, text, { flag: "wx", mode: 0o600 });
      return fresh;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${stamp}-${process.pid}.txt`);
    // Exclusively: what is there already, a link for example, is not written through.
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return file;
  } catch {
    // Nowhere to write: the one line has to do.
    return undefined;
  }
}

/** `.esteira/errors` of the workspace, where it has an `.esteira`. Links are not followed. */
function reportFolder(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const own = join(folder, ".esteira");
    if (lstatSync(own, { throwIfNoEntry: false })?.isDirectory() === true) {
      const errors = join(own, "errors");
      const known = lstatSync(errors, { throwIfNoEntry: false });
      return known === undefined || known.isDirectory() ? errors : undefined;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The command and the names of its flags: what was given to them may be a secret. */
function commandOnly(words: readonly string[]): string {
  return words
    .map((word, index) => {
      if (word.startsWith("-")) return word.replace(/=.*$/s, "=…");
      return index === 0 && /^[a-z-]+$/.test(word) ? word : "…";
    })
    .join(" ");
}
