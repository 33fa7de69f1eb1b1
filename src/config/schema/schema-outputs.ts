import * as z from "zod";
import { flag, text, timeSpan } from "./schema-fields.ts";

const pattern = (description: string) => text(description).min(1).max(256);

const cache = z
  .union([
    flag("True: for as long as the files are there."),
    z.strictObject({
      ttl: timeSpan(
        "How long what was left may be taken, such as 7d. Default: as long as the files are there.",
      ).optional(),
    }),
  ])
  .describe(
    "Takes the outputs of an earlier run where code, command, parameters, inputs and environment are the same. Default: false.",
  );

/** What a step leaves for the steps after it, and what of theirs it is given. */
export const outputFields = {
  outputs: z
    .array(
      pattern(
        "A path or a glob (`*`, `?`, `[a-z]`, `**`) in the folder that the step runs in; `out/` is the whole folder.",
      ),
    )
    .max(50)
    .describe(
      "Files that are kept when the step succeeds, and given to the steps after it. Default: none.",
    )
    .optional(),
  inputs: z
    .array(pattern("Id of a step before this one, or a path or glob of what such steps leave."))
    .max(50)
    .describe(
      "Which outputs of the steps before it the step is given. Default: all of them; [] for none.",
    )
    .optional(),
  cache: cache.optional(),
};
