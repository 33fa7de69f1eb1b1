import type { CliContext } from "./context.ts";

/**
 * One JSON document on a line of stdout. What is unknown is `null`, so that every field of a shape
 * is there; `schema` counts its versions.
 */
export function printJson(context: Pick<CliContext, "out">, document: object): void {
  const text = JSON.stringify({ schema: 1, ...document }, (_key, value: unknown) =>
    value === undefined ? null : value,
  );
  context.out.line(text);
}
