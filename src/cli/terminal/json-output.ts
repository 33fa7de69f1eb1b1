import type { DocumentName, DocumentOf } from "../../app/documents/documents.ts";
import { cleanJson } from "../../core/clean-text.ts";
import type { CliContext } from "./context.ts";

/**
 * Prints one JSON document on a line of stdout. What is unknown is `null`, so that every field of a
 * shape is there; `schema` counts its versions. Characters that do something where they are printed
 * are escaped, and `##[` as well, which a job's log takes for a command.
 *
 * @param _name which document it is: the compiler holds it to that document's schema
 */
export function printJson<Name extends DocumentName>(
  context: Pick<CliContext, "out">,
  _name: Name,
  document: DocumentOf<Name>,
): void {
  const text = JSON.stringify({ schema: 1, ...document }, (_key, value: unknown) =>
    value === undefined ? null : value,
  );
  context.out.line(cleanJson(text).replaceAll("##[", String.raw`##\u005b`));
}
