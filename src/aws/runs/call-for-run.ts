import { err, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/** As `callAws`, for what people do with runs: who may not is shown the policy for that. */
export async function callForRun<Value>(
  { environment }: AwsContext,
  action: string,
  work: () => Promise<Value>,
): Promise<Result<Value, PlatformError>> {
  const done = await callAws(environment.name, action, work);
  if (done.ok || done.error.reason !== "permission" || !mentionsDeploys(done.error)) return done;
  return err({
    ...done.error,
    help: `\`esteira iam run-policy -e ${environment.name}\` prints the policy that runs need`,
  });
}

function mentionsDeploys({ help }: PlatformError): boolean {
  return help?.includes("deploy-policy") === true;
}
