import * as z from "zod";

import { documents, type DocumentName } from "./documents.ts";
import { printedBy } from "./printed-by.ts";
import { webhookDocument } from "./webhook.ts";

/** What is used of a JSON Schema here. */
interface Node {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly $defs?: Readonly<Record<string, Node>>;
}

const introduction = `# The documents of \`--json\`

With \`--json\` every command prints documents and nothing else on stdout: one JSON object a line.
Most print one; those that follow something print a line whenever there is news, and say in
\`type\` what it is. What can't be done is an [error](#error) document, with the command's
[exit code](exit-codes.md).

- Every field of a document is there. What is unknown or absent is \`null\`; only fields with a
  \`?\` are left out.
- \`schema\` is the version of the shape. Fields are added without a new version; one that goes, or
  means something else, makes version 2.
- Times are numbers: milliseconds since the epoch, in UTC.

This page is made from the schemas that the tests hold every document to (\`npm run schema\`).`;

/** The reference page of all documents, as Markdown. */
export function documentsReference(): string {
  const names = Object.keys(documents) as DocumentName[];
  const sections = names.map((name) => ({
    title: name,
    intro: printed(name),
    schema: documents[name],
  }));
  return referencePage(introduction, sections);
}

/** A document of a page: its title, a line about it, and what it is made from. */
export interface ReferenceSection {
  readonly title: string;
  readonly intro: string;
  readonly schema: z.ZodType;
}

/** A page of documents, and of the shapes that they share. */
export function referencePage(intro: string, parts: readonly ReferenceSection[]): string {
  const shapes = new Map<string, Node>();
  const sections = parts.map(({ title, intro: line, schema }) => {
    const node = z.toJSONSchema(schema) as Node;
    for (const [id, shape] of Object.entries(node.$defs ?? {})) shapes.set(id, shape);
    const variants = node.oneOf ?? node.anyOf ?? [node];
    const tables = variants.map((variant) => table(variant));
    return [`### ${title}`, line, ...tables].join("\n\n");
  });
  const named = [...shapes]
    .filter(([id]) => id !== "Time")
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, shape]) => [`### ${id}`, `${shape.description ?? ""}.`, table(shape)].join("\n\n"));
  return `${[intro, "## Documents", ...sections, "## Shapes", ...named].join("\n\n")}\n`;
}

const webhookIntroduction = `# The document that webhooks get

A [webhook](notifications.md#webhooks) whose host is none of a known chat's, and one with
\`format: json\`, gets \`POST\` with this document. Any answer of 200 to 299 means that it was taken.

- Every field is there; what is unknown or doesn't apply is \`null\`.
- \`schema\` is the version of the shape. Fields are added without a new version; one that goes, or
  means something else, makes version 2.
- Times are numbers: milliseconds since the epoch, in UTC.
- A message may come twice, when nobody can say whether it had arrived: \`run\`, \`outcome\` and
  \`endedAt\` together say which end of which run it is about.

This page is made from the schema that the tests hold the document to (\`npm run schema\`).`;

/** The reference page of what webhooks get, as Markdown. */
export function webhookReference(): string {
  return `${webhookIntroduction}\n\n${table(z.toJSONSchema(webhookDocument) as Node)}\n`;
}

function printed(name: DocumentName): string {
  const { commands, line } = printedBy[name];
  if (commands.length === 0) return "By every command, where it could not do what it was asked.";
  const by = commands.map((command) => `\`${command}\``).join(", ");
  return line === true ? `A line of ${by}.` : `By ${by}.`;
}

function table(node: Node): string {
  return [
    "| field | type | meaning |",
    "| --- | --- | --- |",
    ...rowsOf(node, "").map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

type Row = readonly [field: string, type: string, meaning: string];

/** A row a field; those of objects without their own name below it, by dotted paths. */
function rowsOf({ properties = {}, required = [] }: Node, above: string): Row[] {
  return Object.entries(properties).flatMap(([name, node]): Row[] => {
    const optional = required.includes(name) ? "" : "?";
    const path = `${above}${name}`;
    const row: Row = [`\`${path}\`${optional}`, typeOf(node), meaningOf(node)];
    return [row, ...insideOf(node, path)];
  });
}

function insideOf(node: Node, path: string): Row[] {
  if (node.properties !== undefined) return rowsOf(node, `${path}.`);
  if (node.items !== undefined) return insideOf(node.items, `${path}[]`);
  return alternatives(node).flatMap((one) => insideOf(one, path));
}

function meaningOf(node: Node): string {
  return node.description ?? "";
}

function alternatives({ anyOf, oneOf, allOf }: Node): readonly Node[] {
  return anyOf ?? oneOf ?? allOf ?? [];
}

function typeOf(node: Node): string {
  if (node.$ref !== undefined) {
    const id = node.$ref.replace("#/$defs/", "");
    return id === "Time" ? "time" : `[${id}](#${id.toLowerCase()})`;
  }
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((one) => `\`${String(one)}\``).join(", ");
  const choices = alternatives(node);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(" or ");
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  if (typeof node.additionalProperties === "object") {
    return `map of ${typeOf(node.additionalProperties)}`;
  }
  const { type = "any JSON" } = node;
  return typeof type === "string" ? word(type) : type.map(word).join(" or ");
}

function word(type: string): string {
  if (type === "string") return "text";
  return type === "integer" ? "whole number" : type;
}
