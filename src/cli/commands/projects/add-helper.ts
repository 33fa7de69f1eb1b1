import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { refused, type Failure } from "../../../app/failure.ts";
import { newDocument } from "../../../app/project-documents.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { ok, type Result } from "../../../core/result.ts";
import { helperFile } from "../../templates/helper.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import { writeMissing } from "./write-files.ts";

/**
 * Adds the Python library to a project that is there: beside its steps where it has a folder
 * `steps`, else in its own folder. One that differs is somebody's, and stays.
 */
export async function addHelper(
  context: CliContext,
  flags: { readonly json?: boolean | undefined },
  { name, place, folder }: ExistingProject,
): Promise<Result<Exit, Failure>> {
  const file = helperFile(existsSync(join(folder, "steps")) ? "steps" : "");
  const target = join(folder, file.path);
  if (existsSync(target) && readFileSync(target, "utf8") !== file.text) {
    return refused(
      `${place}/${file.path} is there already, and is another one than this Esteira has`,
      "Remove it to get this one, or keep yours.",
    );
  }
  const written = await writeMissing(folder, [file]);
  if (flags.json === true) {
    printJson(context, "new", newDocument(name, place, written));
    return ok("ok");
  }
  const { style } = context.out;
  context.out.lines(
    written.length === 0
      ? [`${place}/${file.path} is there already; nothing to write.`]
      : [
          `${style.green("✓")} ${style.bold(name)} has the Python library`,
          `  ${style.green("+")} ${file.path}`,
        ],
  );
  return ok("ok");
}

interface ExistingProject {
  readonly name: string;
  /** Its folder relative to the workspace. */
  readonly place: string;
  /** The same, absolute. */
  readonly folder: string;
}
