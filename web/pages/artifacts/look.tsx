import { useSignal } from "@preact/signals";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { Shown } from "../../parts/states.tsx";
import { count } from "../../words/format.ts";
import { JsonTree } from "./json-tree.tsx";
import { Markdown } from "./markdown.tsx";
import { artifactWords } from "./words.ts";

type LookDocument = ConsoleDocument<"artifact-look">;

/** A look inside a file that a step left. Whatever is in it, nothing of it runs. */
export function Look({
  environment,
  run,
  path,
}: {
  readonly environment: string;
  readonly run: string;
  readonly path: string;
}) {
  const look = useDocument(addressFor("artifactLook", { env: environment, run }, { path }));
  return (
    <div class="look">
      <Shown document={look} rows={6}>
        {(value) => (
          <>
            {value.problem === null ? (
              <Inside environment={environment} look={value} />
            ) : (
              <p class="dim">{value.problem}</p>
            )}
            {value.truncated && value.table === null && <p class="dim">{artifactWords().cut}</p>}
          </>
        )}
      </Shown>
    </div>
  );
}

function Inside({
  environment,
  look,
}: {
  readonly environment: string;
  readonly look: LookDocument;
}) {
  switch (look.kind) {
    case "image":
    case "svg":
      return <Picture environment={environment} look={look} />;
    case "table":
      return look.table === null ? null : <Table table={look.table} />;
    case "json":
      return <Json text={look.text ?? ""} truncated={look.truncated} />;
    case "markdown":
      return <Markdown text={look.text ?? ""} />;
    case "text":
      return <pre tabIndex={0}>{look.text}</pre>;
    case "other":
      return <p class="dim">{artifactWords().other}</p>;
  }
}

/** As a picture only: an SVG in `<img>` runs no script and loads nothing. */
function Picture({
  environment,
  look: { run, path },
}: {
  readonly environment: string;
  readonly look: LookDocument;
}) {
  const broken = useSignal(false);
  const address = addressFor("artifactRaw", { env: environment, run }, { path, view: "image" });
  if (broken.value) return <p class="dim">{artifactWords().broken}</p>;
  return (
    <img
      src={`/api/v1${address}`}
      alt={artifactWords().image(path)}
      onError={() => {
        broken.value = true;
      }}
    />
  );
}

function Json({ text, truncated }: { readonly text: string; readonly truncated: boolean }) {
  const value = truncated ? undefined : parsed(text);
  if (value === undefined) {
    return (
      <>
        {!truncated && <p class="dim">{artifactWords().invalid}</p>}
        <pre tabIndex={0}>{text}</pre>
      </>
    );
  }
  return <JsonTree label="$" value={value} open />;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function Table({ table }: { readonly table: NonNullable<LookDocument["table"]> }) {
  const { columns, types, rows, totalRows } = table;
  const isNumber = columns.map((_, column) =>
    rows.every((row) => /^(?:-?[\d.,]+(?:e[+-]?\d+)?)?$/i.test(row[column] ?? "")),
  );
  const kindOf = (column: number): string => (isNumber[column] === true ? "number" : "");
  const words = artifactWords();
  return (
    <div class="wide-table" tabIndex={0} role="group" aria-label={words.title}>
      <table>
        <caption>
          {totalRows === null
            ? words.firstRows(count(rows.length))
            : words.first(count(rows.length), count(totalRows))}
        </caption>
        <thead>
          <tr>
            {columns.map((name, column) => (
              <th key={name} scope="col" class={`given ${kindOf(column)}`} title={types?.[column]}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={columns[column]} class={kindOf(column)}>
                  {cell ?? <small>null</small>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
