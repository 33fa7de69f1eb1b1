import * as z from "zod";
import { configSchema } from "./schema.ts";
import { workspaceSchema } from "./schema-workspace.ts";

/**
 * File names of the JSON Schemas, below `schemas/`, and their texts. Editors complete and check by
 * them.
 */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    "config.schema.json": textOf(configSchema, "config.yaml of an Esteira project"),
    "workspace.schema.json": textOf(workspaceSchema, "esteira.yaml of an Esteira workspace"),
  };
}

function textOf(schema: z.ZodType, title: string): string {
  // Draft 7 is what editors' YAML language servers know best.
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
