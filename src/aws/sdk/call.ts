import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { awsError } from "./errors.ts";

/** Does what talks to AWS; whatever it throws becomes one sentence, "could not ACTION: …". */
export async function callAws<Value>(
  environment: string,
  action: string,
  work: () => Promise<Value>,
): Promise<Result<Value, PlatformError>> {
  try {
    return ok(await work());
  } catch (thrown) {
    return err(awsError(thrown, { action, environment }));
  }
}
