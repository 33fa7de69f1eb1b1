import * as z from "zod";

import { document, text, textOrNull } from "./fields.ts";

const environmentEntry = z
  .strictObject({
    name: text().describe("Its name"),
    platform: z.enum(["aws", "local"]).describe("Where it is"),
    region: textOrNull().describe("AWS region; `null` on this machine"),
    account: textOrNull().describe("AWS account; `null` on this machine"),
    rollbacks: z.boolean().describe("Earlier releases can be restored there"),
    models: z.boolean().describe("It names a model registry"),
  })
  .meta({ id: "ConsoleEnvironment", description: "An environment of the workspace" });

/** Who looks, at what, and what they may do. */
export const sessionDocument = document({
  workspace: text().describe("Its name"),
  version: text().describe("Of Esteira"),
  actor: text().describe("Who acts, as the audit trail has it"),
  person: textOrNull().describe("Name of the token; `null`: opened with the address"),
  changes: z.boolean().describe("Actions are allowed"),
  readOnlyBecause: textOrNull().describe("Why they aren't, and how they would be"),
  language: z.enum(["en", "pt-BR"]).describe("The workspace's"),
  zone: text().describe("IANA name; nights go from noon to noon in it"),
  csrf: text().describe("To be sent as `x-esteira-csrf` with every request that changes something"),
  defaultEnvironment: text().describe("The one to show first"),
  environments: z.array(environmentEntry).describe("As `esteira.yaml` has them"),
});

/** The description of the API itself: an OpenAPI 3.1 document, which has its own shape. */
export const openApiDocument = z
  .looseObject({ openapi: z.literal("3.1.0").describe("Version of OpenAPI") })
  .describe("An OpenAPI document");
