import type { Check } from "../platform/check.ts";
import type { DocumentOf } from "./documents/documents.ts";

/** What `verify` looked at in an account, as `--json` gives it. */
export function verifyDocument(
  environment: string,
  checks: readonly Check[],
): DocumentOf<"verify"> {
  return { environment, checks };
}
