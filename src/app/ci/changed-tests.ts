import type { DocumentOf } from "../documents/documents.ts";

/** How the tests of a project went; `none`: it has no tests. */
export interface TestedProject {
  readonly project: string;
  readonly outcome: "passed" | "failed" | "none";
}

/** How the tests of the changed projects went, as `--json` gives it. */
export function changedTestsDocument(
  projects: readonly TestedProject[],
): DocumentOf<"changed-tests"> {
  return { projects };
}
