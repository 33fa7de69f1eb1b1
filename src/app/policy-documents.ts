import type { PolicyDocument } from "../aws/iam/document.ts";
import type { GitHubRole } from "../aws/iam/github-roles.ts";
import type { DocumentOf } from "./documents/documents.ts";

/** A policy of an environment, as `--json` gives it: documents that each fit in one of AWS's. */
export function policyDocument(
  environment: string,
  policy: string,
  documents: readonly PolicyDocument[],
): DocumentOf<"policy"> {
  return { environment, policy, documents };
}

/** The roles that GitHub Actions assumes for an environment, as `--json` gives them. */
export function gitHubRolesDocument(
  environment: string,
  repository: string,
  roles: readonly GitHubRole[],
): DocumentOf<"github-roles"> {
  return { environment, repository, roles };
}
