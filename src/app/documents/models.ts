import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";
import { problem } from "./shapes.ts";

export const modelVersion = z
  .strictObject({
    version: text().describe("A whole number, as text"),
    stage: text().describe("`None`, `Staging`, `Production` or `Archived`"),
    aliases: z.array(text()).describe("Without `@`"),
    status: text().describe("`READY`, or why not yet"),
    run: textOrNull().describe("The run that made it"),
    description: text().describe("As the registry has it"),
    createdAt: time().nullable(),
  })
  .meta({ id: "ModelVersion", description: "A version of a registered model" });

const about = {
  environment: environment(),
  project: project(),
  model: text().describe("Name of the registered model"),
};

const registry = text().describe("Address of the registry");

export const modelListDocument = document({
  ...about,
  registry,
  versions: z.array(modelVersion).describe("The newest first"),
});

export const modelShowDocument = document({
  ...about,
  registry,
  gate: z.enum(["enforce", "warn", "off"]).nullable().describe("What a refusal does"),
  required: z.boolean().describe("Without a version, nothing is deployed"),
  accepts: z.array(text()).describe("Places where a version has to be"),
  version: textOrNull().describe("The one that a deploy would take"),
  place: textOrNull().describe("Where it is"),
  promotion: z
    .strictObject({
      to: text().describe("Stage that a deploy would put it in"),
      replaces: text().optional().describe("Version that is there now"),
    })
    .nullable()
    .describe("What a deploy would do last"),
  refusal: problem.nullable().describe("Why a deploy would be refused"),
  uri: textOrNull().describe("`models:/NAME/VERSION`, which steps get after a deploy"),
  deployedUri: textOrNull().describe(
    "What steps get now; empty: it was deployed without a version; `null`: not deployed, or not known",
  ),
  metrics: z.record(z.string(), z.number()).nullable().describe("What its run logged"),
  parameters: z.record(z.string(), z.string()).nullable().describe("What its run logged"),
  versions: z.array(modelVersion).describe("Those in a stage or with an alias"),
});

const row = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({
    name: text().describe("What was logged"),
    before: value.nullable().describe("Of the first version"),
    after: value.nullable().describe("Of the second version"),
  });

export const modelCompareDocument = document({
  ...about,
  before: modelVersion.describe("The first version"),
  after: modelVersion.describe("The second version"),
  metrics: z.array(row(z.number())).describe("By name"),
  parameters: z.array(row(z.string())).describe("By name"),
});

export const modelPromoteDocument = document({
  ...about,
  version: text().describe("The one that was meant"),
  to: text().describe("Where it was to go"),
  from: text().describe("Its stage before"),
  replaced: z.array(modelVersion).describe("Those that had the place"),
  changed: z.boolean().describe("False: it was there already"),
  undo: textOrNull().describe("The commands that undo it, with `&&` between them"),
});

export const modelRemoveAliasDocument = document({
  ...about,
  alias: text().describe("Without `@`"),
  version: textOrNull().describe("The one that had it; `null`: none had"),
  changed: z.boolean().describe("False: no version had it"),
  undo: textOrNull().describe("The command that undoes it"),
});
