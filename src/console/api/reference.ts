import { type ConsoleDocumentName, consoleDocuments } from "../../app/documents/console.ts";
import { consoleEvent } from "../../app/documents/console-events.ts";
import { documents } from "../../app/documents/documents.ts";
import { type ReferenceSection, referencePage } from "../../app/documents/reference.ts";
import { type Route, routes } from "./routes.ts";

const introduction = `# The console's API

What the pages of [the console](../console.md) ask, and what your programs may. Everything is below
\`/api/v1\`; \`/api/v1/openapi.json\` is the same for programs.

- A program sends \`Authorization: Bearer TOKEN\`: a token of \`esteira console token add NAME\`.
- What changes something is a \`POST\` with a body of JSON. A page sends \`x-esteira-csrf\` along,
  which [session](#session) has.
- A list has \`next\`: given as \`cursor\`, it continues the list. It is good for this list of this
  console only.
- What can't be done is an [error](json.md#error) document: 400 for a wrong request, 404, 409 where
  the state of things doesn't allow it, 422 for errors in files, 429 for too many requests, and 503
  where the platform can't be used.
- \`/events?topic=fleet:prd&topic=run:prd/RUN\` is a stream of server-sent events about what is
  looked at: \`fleet:ENV\`, \`run:ENV/RUN\`, \`log:ENV/RUN\`, \`operation:ID\`. Each is an
  [event](#event); \`Last-Event-ID\` continues a stream that was cut off, and
  \`&after=ID\` says what has happened since an event of another stream.

This page is made from the schemas that the tests hold every answer to (\`npm run schema\`).`;

/** The reference page of the console's API, as Markdown. */
export function apiReference(): string {
  const all = Object.values<Route>(routes);
  const rows = all.map(
    ({ method, path, summary, answer, query }) =>
      `| \`${method} ${path}\` | ${summary} | ${parametersOf(query)} | ${linkTo(answer)} |`,
  );
  const table = [
    "| address | gives | parameters | document |",
    "| --- | --- | --- | --- |",
    ...rows,
  ];
  const page = `${introduction}\n\n## Addresses\n\n${table.join("\n")}`;
  return referencePage(page, [
    ...sections(),
    { title: "event", intro: "A message of `/events`.", schema: consoleEvent },
  ]);
}

/** Those that `--json` doesn't have. */
function sections(): readonly ReferenceSection[] {
  return (Object.keys(consoleDocuments) as ConsoleDocumentName[])
    .filter((name) => name !== "openapi" && !isShared(name))
    .map((title) => ({ title, intro: givenBy(title), schema: consoleDocuments[title] }));
}

function isShared(name: ConsoleDocumentName): boolean {
  return Object.values<unknown>(documents).includes(consoleDocuments[name]);
}

function givenBy(name: ConsoleDocumentName): string {
  const of = Object.values<Route>(routes).filter(({ answer }) => answer === name);
  return `By ${of.map(({ method, path }) => `\`${method} ${path}\``).join(",\n")}.`;
}

function parametersOf(query: Route["query"]): string {
  if (query === undefined) return "";
  return Object.keys(query.shape)
    .map((name) => `\`${name}\``)
    .join(", ");
}

function linkTo(answer: Route["answer"]): string {
  if (answer === "file") return "the file itself";
  if (answer === "openapi") return "OpenAPI 3.1";
  return isShared(answer) ? `[${answer}](json.md#${answer})` : `[${answer}](#${answer})`;
}
