import { readFileSync } from "node:fs";

import { expect, test } from "vitest";
import * as z from "zod";

import { type DocumentName, documents } from "./documents.ts";
import { documentsReference, webhookReference } from "./reference.ts";
import { printedBy } from "./printed-by.ts";

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");

test("docs/reference/json.md is what the schemas say; `npm run schema` writes it", () => {
  expect(page("json.md")).toBe(documentsReference());
});

test("docs/reference/webhook.md is what the schema says; `npm run schema` writes it", () => {
  expect(page("webhook.md")).toBe(webhookReference());
});

test("every field of the page has a type and a meaning", () => {
  const incomplete = (documentsReference() + webhookReference())
    .split("\n")
    .filter((line) => line.startsWith("| `") && /\| (\||undefined)/.test(line))
    .filter((line) => !/\| (list of )?time( or null)? \|/.test(line));
  expect(incomplete).toEqual([]);
});

test("a field that no schema knows is refused, at every depth", () => {
  const [known, more] = [{ schema: 1, run: "recsys-1", status: "ABORTED" }, { more: true }];
  expect(documents.stopped.safeParse(known).success).toBe(true);
  expect(documents.stopped.safeParse({ ...known, ...more }).success).toBe(false);
  const loose = (Object.keys(documents) as DocumentName[]).filter((name) =>
    isLoose(z.toJSONSchema(documents[name])),
  );
  expect(loose).toEqual([]);
});

/** Some object of a JSON Schema names fields and takes others too. */
function isLoose(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const open = "properties" in node && !("additionalProperties" in node);
  return (open && "type" in node) || Object.values(node).some(isLoose);
}

test("every command that takes --json has its documents", () => {
  const described = Object.values(printedBy).flatMap(({ commands }) => commands);
  const commands = [
    ...page("commands.md").matchAll(/^`esteira ([a-z][a-z-]*(?: [a-z][a-z-]*)*)[^`]*--json\]`/gm),
  ]
    .map(([, command = ""]) => command)
    .filter((command) => command !== "schema");
  expect(commands.length).toBeGreaterThan(30);
  const without = commands.filter(
    (command) =>
      !described.some(
        (one) => one === command || one.startsWith(`${command} `) || command.startsWith(`${one} `),
      ),
  );
  expect(without).toEqual([]);
});
