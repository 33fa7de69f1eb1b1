import * as z from "zod";

import { document, project, text, textOrNull } from "./fields.ts";

const file = z
  .strictObject({
    name: text().describe("`STEP/path`, or the path of a file that a step wrote by the URI"),
    step: textOrNull().describe("`null`: written by `ESTEIRA_ARTIFACTS_URI`"),
    item: textOrNull().describe("Text of the item of a step with `for_each`"),
    kind: z
      .enum(["output", "artifact", "file"])
      .describe("Declared in `outputs`, left in `ESTEIRA_ARTIFACTS_DIR`, or written by the URI"),
    key: text().describe("Where it is below `artifacts`"),
    size: z.int().describe("Bytes"),
    sha256: textOrNull().describe("As its step left it; `null`: nobody computed it"),
  })
  .meta({ id: "LeftFile", description: "A file that a run left" });

const ofRun = {
  run: text().describe("Its id"),
  project: project(),
  origin: text().describe("The run whose artifacts they are: itself, or the one it continues"),
  artifacts: text().describe("URI of all of them"),
};

export const artifactsDocument = document({
  ...ofRun,
  step: textOrNull().describe("The one that was asked for"),
  files: z.array(file).describe("By their names"),
  more: z.boolean().describe("There are more than were looked at"),
});

export const fetchedDocument = document({
  ...ofRun,
  folder: text().describe("Absolute"),
  files: z.array(file).describe("Those that are there now"),
});

export const artifactsPlaceDocument = document({
  ...ofRun,
  step: textOrNull().describe("The one that was asked for"),
  place: text().describe("A folder, or the address of a page of AWS's console"),
});
