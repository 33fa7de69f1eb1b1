import type { DocumentOf } from "./documents/documents.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Failure } from "./failure.ts";

/** A failure as `--json` gives it, whatever was asked for. */
export function errorDocument(failure: Failure): DocumentOf<"error"> {
  const { exit, reason, message, help, resource, diagnostics = [] } = failure;
  return { error: { reason, message, help, resource, diagnostics }, exit: exitCodes[exit].code };
}
