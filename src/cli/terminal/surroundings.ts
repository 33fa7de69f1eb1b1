import type { CliContext } from "./context.ts";
import type { Surroundings } from "../render/run.ts";

/** What pure renderers need to know of the terminal and the time, taken once. */
export function surroundingsOf(context: CliContext): Surroundings {
  const { out } = context;
  return {
    style: out.style,
    width: out.width(),
    now: context.clock.now(),
    offset: context.offset,
  };
}
