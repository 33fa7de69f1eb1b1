import * as z from "zod";

import { textLike, timeSpan } from "./schema-fields.ts";

/** `publishes` of config.yaml. */
export const publishes = z
  .array(
    z
      .strictObject({
        uri: textLike(
          /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\s*?$]*|file:[^\s*?$]+)$/,
          'a place such as "s3://lake/scores/", or "file:data/scores/" on this machine',
          "Where it is: a folder where it ends in /, an object or a file otherwise. A file's path is relative to the workspace.",
        ),
        fresh_within: timeSpan("How old the newest of it may be, such as 26h."),
      })
      .describe("A place, and how fresh it must be."),
  )
  .min(1)
  .max(20)
  .describe(
    "What must be fresh, no matter who makes it: `watch` says when it isn't. It doesn't start anything.",
  );

/** What is published, as config.yaml has it. */
export type RawPublishes = z.infer<typeof publishes>;
