import { mkdirSync, writeFileSync } from "node:fs";
import { documentsReference, webhookReference } from "../src/app/documents/reference.ts";
import { apiReference } from "../src/console/api/reference.ts";
import { jsonSchemas } from "../src/config/schema/json-schema.ts";

// Writes the JSON Schemas of both configuration files from the schemas that check them.
const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(jsonSchemas()))
  writeFileSync(new URL(name, folder), text);

// And the reference pages of the documents of --json, of webhooks and of the console's API from
// theirs.
const pages = {
  "json.md": documentsReference(),
  "webhook.md": webhookReference(),
  "console-api.md": apiReference(),
};
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(`../docs/reference/${name}`, import.meta.url), text);
}
