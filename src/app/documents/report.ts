import * as z from "zod";

import { document, project, text, textOrNull } from "./fields.ts";

const part = z
  .strictObject({
    name: text().describe("Below the report's folder"),
    step: textOrNull().describe("The step that left it; `null`: nobody knows"),
    item: textOrNull().describe("Text of the item of a step with `for_each`"),
    key: text().describe("Where it is below the run's artifacts"),
    size: z.int().describe("Bytes"),
    shown: z.boolean().describe("`false`: it is named only, for its size or its kind"),
  })
  .meta({ id: "ReportPart", description: "A file that a step added to a report" });

export const reportDocument = document({
  run: text().describe("Its id"),
  project: project(),
  origin: text().describe("The run whose artifacts they are: itself, or the one it continues"),
  path: text().describe("The page, absolute"),
  size: z.int().describe("Bytes of the page"),
  parts: z.array(part).describe("As the page shows them"),
});
