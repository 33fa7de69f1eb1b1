import type { DocumentOf } from "../../app/documents/documents.ts";
import type { Style } from "./style.ts";

/** The tokens of a console's people, a line each. */
export function renderTokens({ tokens }: DocumentOf<"console-tokens">, style: Style): string[] {
  if (tokens.length === 0) {
    return ["Nobody has a token yet.", `  ${style.dim("$")} esteira console token add NAME`];
  }
  const widest = Math.max(...tokens.map(({ name }) => name.length));
  return tokens.map(
    ({ name, createdAt }) =>
      `${name.padEnd(widest)}  ${style.dim(`since ${new Date(createdAt).toISOString().slice(0, 10)}`)}`,
  );
}
