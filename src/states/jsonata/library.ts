import { createRequire } from "node:module";

import type jsonata from "jsonata";

const require = createRequire(import.meta.url);

let library: typeof jsonata | undefined;

/**
 * Parses an expression. The library is loaded with the first one: what it makes of itself takes a
 * twentieth of a start, and most commands evaluate nothing.
 *
 * @throws the library's error where the text is no expression
 */
export function parseJsonata(source: string): jsonata.Expression {
  library ??= require("jsonata") as typeof jsonata;
  return library(source);
}
