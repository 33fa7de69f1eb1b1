import { type DocumentName, documents } from "../../src/app/documents/documents.ts";
import { printedBy } from "../../src/app/documents/printed-by.ts";

/**
 * Every line is a document of the command that printed it, or an error, to the last field. What
 * `schema` prints is a JSON Schema itself.
 *
 * @param inputs the command line
 * @throws when a line is something else, with what is wrong by the schema of each that it might be
 */
export function expectDocuments(inputs: readonly string[], stdout: string): void {
  if (inputs[0] === "schema" || stdout === "") return;
  for (const line of stdout.split("\n")) expectDocument(inputs, JSON.parse(line) as unknown);
}

function expectDocument(inputs: readonly string[], document: unknown): void {
  const problems: string[] = [];
  for (const name of namesFor(inputs)) {
    const parsed = documents[name].safeParse(document);
    if (parsed.success) return;
    problems.push(`${name}: ${parsed.error.message}`);
  }
  throw new Error(
    `esteira ${inputs.join(" ")} printed what is none of its documents: ${JSON.stringify(document)}\n${problems.join("\n")}`,
  );
}

/** The documents that a command may print. */
export function namesFor(inputs: readonly string[]): readonly DocumentName[] {
  const typed = inputs.join(" ");
  const names = (Object.keys(printedBy) as DocumentName[]).filter((name) =>
    printedBy[name].commands.some((command) => {
      const words = command.replace(/ (--.*|[A-Z]+)$/, "");
      return typed === words || typed.startsWith(`${words} `);
    }),
  );
  return [...names, "error"];
}
