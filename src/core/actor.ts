/**
 * `user/ana` of an ARN, which says the account that everybody here has; any other name as it is.
 */
export function actorText(actor: string): string {
  return actor.replace(/^arn:[^:]*:(iam|sts)::\d*:/, "");
}
