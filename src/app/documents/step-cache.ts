import * as z from "zod";

import { CACHE_MISS_REASONS } from "../../runs/step-cache.ts";
import { text, time } from "./fields.ts";

/** What there is for a step in its cache, or why there is nothing. */
export const cacheUse = z
  .strictObject({
    step: text().optional().describe("Id of the step, in a plan"),
    outcome: z.enum(["taken", "missed"]).describe("Whether its outputs are an earlier run's"),
    run: text().optional().describe("The run that made them, or that last left something"),
    madeAt: time().optional().describe("When they were made"),
    reason: z.enum(CACHE_MISS_REASONS).optional().describe("What differs, or is missing"),
    names: z.array(z.string()).optional().describe("Variables or paths that differ; at most five"),
  })
  .meta({ id: "CacheUse", description: "What there is for a step with `cache`" });
