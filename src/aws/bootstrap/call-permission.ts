import {
  AddPermissionCommand,
  GetPolicyCommand,
  type LambdaClient,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";

import type { PolicyDocument } from "../iam/document.ts";
import { isConflict, isNotFound } from "../sdk/error-names.ts";
import { orAbsent } from "./step.ts";

/** The rule, or pattern of rules, that the statement lets call the function; empty: none. */
export async function permissionOf(
  lambda: LambdaClient,
  functionName: string,
  statement: string,
): Promise<string> {
  const found = await orAbsent(
    () => lambda.send(new GetPolicyCommand({ FunctionName: functionName })),
    isNotFound,
  );
  const document = JSON.parse(found?.Policy ?? '{"Statement":[]}') as PolicyDocument;
  const own = document.Statement.find(({ Sid }) => Sid === statement);
  const source = own?.Condition?.["ArnLike"]?.["AWS:SourceArn"];
  return typeof source === "string" ? source : "";
}

/**
 * Lets a rule, or all rules that match a pattern, call the function.
 *
 * @param now what `permissionOf` gives; undefined where nobody looked
 */
export async function allowCall(
  lambda: LambdaClient,
  FunctionName: string,
  StatementId: string,
  SourceArn: string,
  now: string | undefined,
): Promise<void> {
  if (now === SourceArn) return;
  // A statement can't be changed, only taken away.
  if (now !== undefined) {
    const remove = new RemovePermissionCommand({ FunctionName, StatementId });
    await orAbsent(() => lambda.send(remove), isNotFound);
  }
  const add = new AddPermissionCommand({
    FunctionName,
    StatementId,
    Action: "lambda:InvokeFunction",
    Principal: "events.amazonaws.com",
    SourceArn,
  });
  try {
    await lambda.send(add);
  } catch (thrown) {
    // The rule is new and the statement is there: bootstrap was cut off in between, or the rule was
    // deleted by hand.
    if (now !== undefined || !isConflict(thrown)) throw thrown;
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    await lambda.send(add);
  }
}
