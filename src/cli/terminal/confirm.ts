import { ok, type Result } from "../../core/result.ts";
import type { CliContext } from "./context.ts";
import { refused, type Failure } from "../../app/failure.ts";

/**
 * Asks before something that is hard to take back; where nobody can be asked, says so instead of
 * guessing.
 *
 * @param what `removes something`
 */
export async function confirm(
  context: CliContext,
  question: string,
  command: string,
  what = "removes something",
): Promise<Result<void, Failure>> {
  if (!context.canAsk) {
    return refused(
      `this ${what} and there is no terminal to ask on`,
      `Look at the plan, then say so: \`${command} --yes\`.`,
    );
  }
  const answer = await context.ask(`${question} [y/N] `);
  if (/^(y|yes|s|sim)$/i.test(answer?.trim() ?? "")) return ok(undefined);
  return refused("nothing was changed", "The answer was not yes.");
}
