import * as z from "zod";

import { looseText, text } from "./schema-fields.ts";

/** What may follow from a metric that isn't as its rule asks. */
export const CHECK_OUTCOMES = ["fail", "warn", "block_promotion"] as const;

const rule = looseText(
  'A comparison such as ">= 10_000" or "<= 2%"; with a signed percentage, "> -5%", against the median of the last 14 good runs; "within 26h" of a time. Two are joined by "and".',
);

const check = z
  .union([
    rule,
    z
      .strictObject({
        rule,
        otherwise: z
          .enum(CHECK_OUTCOMES)
          .describe(
            "What follows where it isn't so: the step fails, people are warned, or the model of that run isn't promoted. Default: fail.",
          )
          .optional(),
        step: text(
          "Id of the step that leaves the metric. Default: whichever leaves it.",
        ).optional(),
      })
      .describe("A rule, and what follows where a metric isn't as it asks."),
  ])
  .describe("What the metric must be; {rule, otherwise, step} where it doesn't fail the step.");

/** `checks` of config.yaml. */
export const checks = z
  .record(
    z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_./ *@:-]{0,99}$/, {
      error:
        "a metric's name of at most 100 letters, digits and _ . / - @ : or blanks, where * stands for any characters",
    }),
    check,
  )
  .describe(
    "What the metrics must be that steps leave in metrics.json, so that no later step starts from a bad result.",
  );

/** A check as config.yaml has it. */
export type RawCheck = z.infer<typeof check>;
