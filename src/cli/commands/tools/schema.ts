import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { schemaCommand } from "./schema-command.ts";
import { readSchema } from "../projects/schemas.ts";

export const schema: ActionOf<typeof schemaCommand> = async (context, _flags, which = "config") => {
  context.out.write(readSchema(which));
  return ok("ok");
};
