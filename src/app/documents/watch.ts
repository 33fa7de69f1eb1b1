import * as z from "zod";

import { document, environment, text, textOrNull, time } from "./fields.ts";

export const findingFields = {
  code: text().describe("Stable: see [operating](operations.md)"),
  project: textOrNull().describe("`null`: it belongs to none"),
  run: textOrNull().describe("The run that it is about"),
  message: text().describe("What did not happen"),
  help: text().describe("What to do"),
  since: time(),
  key: text().describe("The same for as long as it is the same thing"),
};

export const watchDocument = document({
  environment: environment(),
  findings: z.array(z.strictObject(findingFields)).describe("What should have happened"),
  registry: textOrNull().describe(
    "Why the model registry gave no answer; `null`: it did, or there is none",
  ),
});

export const findingLine = document({
  type: z.literal("finding").describe("Something is not as it should be"),
  ...findingFields,
});

export const settledLine = document({
  type: z.literal("settled").describe("It is as it should be again"),
  key: text().describe("Of the finding"),
});

export const unavailableLine = document({
  type: z.literal("unavailable").describe("It could not be looked"),
  message: text().describe("Why"),
});
