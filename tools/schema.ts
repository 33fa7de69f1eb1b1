import { mkdirSync, writeFileSync } from "node:fs";
import { documentsReference } from "../src/app/documents/reference.ts";
import { jsonSchemas } from "../src/config/schema/json-schema.ts";

// Writes the JSON Schemas of both configuration files from the schemas that check them.
const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(jsonSchemas()))
  writeFileSync(new URL(name, folder), text);

// And the reference page of the documents of --json from theirs.
writeFileSync(new URL("../docs/reference/json.md", import.meta.url), documentsReference());
