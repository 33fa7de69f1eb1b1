import type { AwsEnvironment, Workspace } from "../../config/model.ts";

/**
 * The environment whose images this one takes instead of building them, where esteira.yaml names
 * one.
 */
export function promotionSource(
  { environments }: Workspace,
  { promoteFrom }: AwsEnvironment,
): AwsEnvironment | undefined {
  const source = promoteFrom && environments.get(promoteFrom);
  return source?.platform === "aws" ? source : undefined;
}
