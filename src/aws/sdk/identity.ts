import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import type { AwsEnvironment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Clients } from "./context.ts";
import { awsError } from "./errors.ts";

/** Who the credentials belong to. */
export interface Identity {
  readonly accountId: string;
  /** ARN of the user, or of the role's session. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
}

/**
 * Asks who the credentials belong to and refuses those of another account than the environment's.
 * One request that needs no permission; it comes before everything else, so that what is wrong with
 * credentials, region or endpoint is said before any write.
 */
export async function identify(
  clients: Pick<Clients, "sts">,
  environment: Pick<AwsEnvironment, "name" | "accountId" | "region">,
): Promise<Result<Identity, PlatformError>> {
  const attempted = {
    action: `ask AWS in ${environment.region} who the credentials belong to`,
    environment: environment.name,
  };
  let answer;
  try {
    answer = await clients.sts.send(new GetCallerIdentityCommand({}));
  } catch (error) {
    return err(awsError(error, attempted));
  }
  const { Account: accountId, Arn: arn } = answer;
  const partition = arn?.split(":")[1];
  if (accountId === undefined || arn === undefined || !partition) {
    return err({
      reason: "unavailable",
      message: `could not ${attempted.action}: the answer names no account`,
      help: "check `endpoint_url` of the environment in esteira.yaml",
    });
  }
  if (accountId !== environment.accountId) {
    return err({
      reason: "refused",
      message: `the credentials belong to account ${accountId} (${arn}), environment ${environment.name} is account ${environment.accountId}`,
      help: `use credentials of account ${environment.accountId}, or correct \`account_id\` of ${environment.name} in esteira.yaml`,
    });
  }
  return ok({ accountId, arn, partition });
}
