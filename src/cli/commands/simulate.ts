import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { usage } from "../failure.ts";
import type { SimulateFlags } from "../routes-simulate.ts";

export const simulate: Action<SimulateFlags, [string?]> = async (context, flags, subject) => {
  if (flags.batch === true) {
    if (subject !== undefined) return usage("--batch takes no PROJECT or FILE", "Leave it out.");
    const { answerLines } = await import("../simulate-batch.ts");
    await answerLines(context.input(), (line) => {
      context.out.line(line);
      return context.out.drained();
    });
    return ok("ok");
  }
  return ok("ok");
};
