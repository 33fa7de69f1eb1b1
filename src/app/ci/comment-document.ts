import type { DocumentOf } from "../documents/documents.ts";

/**
 * The comment of a plan on a pull request, as `--json` gives it.
 *
 * @param refused projects whose deploy would fail
 */
export function commentDocument(
  { url, updated }: { readonly url: string; readonly updated: boolean },
  refused: readonly string[],
): DocumentOf<"comment"> {
  return { url, updated, refused };
}
