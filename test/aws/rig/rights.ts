import type { PolicyDocument } from "../../../src/aws/iam/document.ts";
import { authorizationsOf } from "./authorizations.ts";
import type { Call } from "./middleware.ts";
import { evaluate } from "./policy.ts";

const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};

/**
 * What the policy doesn't allow of these calls: `action on resource`.
 *
 * @param document undefined: there is none, and it allows nothing
 */
export function missingRights(
  document: PolicyDocument | undefined,
  calls: readonly Call[],
): string[] {
  const documents = document === undefined ? [] : [document];
  return calls
    .flatMap((call) => authorizationsOf(call, account))
    .filter((asked) => evaluate(documents, asked) !== "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
}
