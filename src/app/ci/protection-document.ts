import type { BranchProtection } from "../../governance/protection.ts";
import type { DocumentOf } from "../documents/documents.ts";

/**
 * How the branches that deploy are protected, as `--json` gives it.
 *
 * @param applied it was set; else only shown
 */
export function protectionDocument(
  repository: string,
  applied: boolean,
  protections: readonly BranchProtection[],
): DocumentOf<"protection"> {
  const branches = protections.map(({ branch, before, fields }) => ({
    branch,
    protected: before !== undefined,
    fields,
  }));
  return { repository, applied, branches };
}
