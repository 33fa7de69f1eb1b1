import type { ConsoleDocumentName, ConsoleDocumentOf } from "../../app/documents/console.ts";
import { errorDocument } from "../../app/error-document.ts";
import type { Exit } from "../../app/exit-codes.ts";
import type { Failure } from "../../app/failure.ts";

/** A document as it goes over the wire: what is unknown is `null`, `schema` counts versions. */
export function documentText<Name extends ConsoleDocumentName>(
  document: ConsoleDocumentOf<Name>,
): string {
  return JSON.stringify({ schema: 1, ...nulled(document) });
}

/** A part of a document, as it is in the text of it. */
export function valueText(value: object): string {
  return JSON.stringify(nulled(value));
}

/**
 * What is undefined is `null`; a replacer would be called for every value, which takes longer. Only
 * what has something undefined in it is copied.
 */
function nulled<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  let copy: Record<string, unknown> | undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    const shown = field === undefined ? null : nulled(field);
    if (shown === field) continue;
    copy ??= copyOf(value);
    copy[key] = shown;
  }
  return (copy ?? value) as Value;
}

function copyOf(value: object): Record<string, unknown> {
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  return copy as Record<string, unknown>;
}

export function jsonAnswer(text: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

/**
 * A failure as an answer: the document that `--json` gives, under the status that HTTP has for it.
 */
export function failureAnswer(failure: Failure, status = statusOf(failure)): Response {
  return jsonAnswer(JSON.stringify({ schema: 1, ...nulled(errorDocument(failure)) }), status);
}

const statuses = {
  ok: 200,
  failed: 502,
  usage: 400,
  invalid: 422,
  notFound: 404,
  refused: 409,
  unavailable: 503,
  internal: 500,
  interrupted: 503,
} as const satisfies Record<Exit, number>;

function statusOf({ exit }: Failure): number {
  return statuses[exit];
}
