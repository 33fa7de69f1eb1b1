import { parse } from "yaml";
import * as z from "zod";

import { err, ok, type Result } from "../../../core/result.ts";
import type { Requirements } from "../requirements.ts";

/**
 * https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
 */
const schema = z.object({
  dependencies: z
    .array(z.union([z.string(), z.object({ pip: z.array(z.string()) })]))
    .optional()
    .default([]),
});

/** A line of `pip:` that installs a folder or an archive of the project, or reads another file. */
const ofProject = /^(?:\.(?:$|[/[\s])|[-\w./]+\/|-[rc]\b|--(?:requirement|constraint)\b|file:)/;
const editable = /^(?:-e\b|--editable\b)/;

/**
 * Reads what a conda environment asks for, as far as it matters for where it may be used.
 *
 * @param file its name, for people
 */
export function readCondaFile(
  file: string,
  text: string,
): Result<
  Pick<Requirements, "local" | "editable"> & { readonly conda: true },
  { readonly message: string; readonly help: string }
> {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100, logLevel: "error" });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    return err({ message: `${file} isn't YAML: ${why}`, help: "correct the line" });
  }
  const read = schema.safeParse(document);
  if (!read.success) {
    return err({
      message: `${file} has no list of \`dependencies\``,
      help: "write it as `micromamba env export` does: `dependencies: [python=3.11, pandas=2.3, {pip: [papermill]}]`",
    });
  }
  const pip = read.data.dependencies.flatMap((one) => (typeof one === "string" ? [] : one.pip));
  const lines = pip.map((line) => line.trim());
  if (lines.some((line) => editable.test(line))) {
    return err({
      message: `${file} installs a folder as it is (\`-e\`), and the sources don't stay where the environment is made`,
      help: "take `-e` away",
    });
  }
  const local = lines.some((line) => ofProject.test(line) && !line.includes("://"));
  return ok({ local, editable: false, conda: true });
}
