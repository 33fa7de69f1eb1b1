import * as z from "zod";

import { text, time } from "./fields.ts";

/** An event of a run's history, wherever it is given. */
export const eventOf = z
  .strictObject({
    id: z.int().describe("1, 2, 3 … without a gap"),
    previousEventId: z.int().describe("The event that led to it"),
    type: text().describe("As AWS Step Functions names it"),
    timestamp: time(),
    details: z.record(z.string(), z.unknown()).describe("By the type"),
  })
  .describe("An event of the history");
