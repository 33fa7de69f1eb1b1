import { ok } from "../../../core/result.ts";
import type { Action } from "../action.ts";
import type { CommonFlags } from "../flags.ts";
import { readSchema } from "./schemas.ts";

export const schema: Action<CommonFlags, [("config" | "workspace")?]> = async (
  context,
  _flags,
  which = "config",
) => {
  context.out.write(readSchema(which));
  return ok("ok");
};
