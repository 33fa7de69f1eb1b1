import type { z } from "zod";
import type { Path } from "./problem.ts";
import { keysAt } from "./schema/schema-walk.ts";

/**
 * What to write instead of a value of the wrong type; undefined where that can't be guessed.
 * `expected` is the schema's word.
 */
export function remedy(
  schema: z.core.$ZodType,
  path: Path,
  value: unknown,
  expected: string,
): string | undefined {
  switch (expected) {
    case "boolean":
      return typeof value === "string" ? booleanRemedy(value) : undefined;
    case "number":
    case "int":
      return typeof value === "string" ? numberRemedy(value, String(path.at(-1))) : undefined;
    case "array":
      return listRemedy(schema, path, value);
    case "string":
      return textRemedy(value);
    case "object":
    case "record":
      return fieldsRemedy(schema, path, value);
    default:
      return undefined;
  }
}

function booleanRemedy(text: string): string | undefined {
  const word = text.trim().normalize("NFC");
  if (/^(yes|y|on|true|sim|s|verdadeiro)$/i.test(word)) return "write true, without quotes";
  if (/^(no|n|off|false|não|nao|falso)$/i.test(word)) return "write false, without quotes";
  return undefined;
}

/** What one of a unit is in the field's own, by how the field's name ends. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  seconds: { s: 1, sec: 1, seconds: 1, m: 60, min: 60, h: 3600, d: 86_400 },
  gb: { g: 1, gi: 1, gb: 1, gib: 1, m: 1 / 1024, mi: 1 / 1024, mb: 1 / 1024, mib: 1 / 1024 },
  cpu: { m: 1 / 1000, cpu: 1, vcpu: 1, vcpus: 1 },
};

function numberRemedy(text: string, field: string): string | undefined {
  // Behind a comma three digits are thousands, any others a fraction, as people write it in Brazil.
  const digits = text
    .replaceAll(/(?<=\d)[_,](?=\d{3}(?!\d))/g, "")
    .replace(/^(\s*\d+),(?=\d+\s*[a-z]*\s*$)/i, "$1.");
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(digits) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const times = unit === "" ? 1 : UNITS[field.split("_").at(-1) ?? ""]?.[unit.toLowerCase()];
  return times === undefined
    ? undefined
    : `write ${times === 1 ? number : Number(number) * times}, without quotes or a unit`;
}

function listRemedy(schema: z.core.$ZodType, path: Path, value: unknown): string {
  const list = 'write a list: a line for each, starting with "- "';
  const [field] = keysAt(schema, [...path, 0]);
  const [name] = typeof value === "object" && value !== null ? Object.keys(value) : [];
  return field === undefined || name === undefined ? list : `${list}, as in "- ${field}: ${name}"`;
}

function textRemedy(value: unknown): string | undefined {
  if (typeof value !== "object") return "put it in quotes";
  if (!Array.isArray(value) || !value.every((word) => typeof word === "string")) return undefined;
  return `write it as one text: ${JSON.stringify(value.join(" "))}`;
}

function fieldsRemedy(schema: z.core.$ZodType, path: Path, value: unknown): string {
  if (typeof value === "string" && /^\w+:\S/.test(value)) return "put a space after the colon";
  const fields = keysAt(schema, path);
  return fields.length === 0
    ? 'write a line "NAME: value" for each, indented'
    : `write its fields, each on a separate line and indented: ${fields.join(", ")}`;
}
