import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";

export const modelHistoryDocument = document({
  environment: environment(),
  project: project(),
  events: z
    .array(
      z
        .strictObject({
          kind: z.enum(["moved", "deployed"]).describe("A version was put somewhere, or deployed"),
          at: time(),
          actor: text().describe("Who did it"),
          what: text().optional().describe("Where `moved`: which version where, in place of which"),
          uri: text().optional().describe("Where `deployed`: the model of its runs; empty: none"),
          release: text().optional().describe("Its fingerprint"),
          current: z.boolean().optional().describe("It is what is deployed now"),
          runs: z.int().optional().describe("Runs of it that are known"),
          lastRun: textOrNull().optional().describe("The last of them"),
        })
        .meta({ id: "ModelEvent", description: "Something that happened to a project's model" }),
    )
    .describe("The newest first"),
});
