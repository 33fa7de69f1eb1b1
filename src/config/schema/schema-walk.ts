import * as z from "zod";
import type { Path } from "../problem.ts";

/** The schema of what is at a path, or undefined when nothing may be there. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const segment of path) {
    const inner: z.core.$ZodType = groupOf(unwrap(at));
    if (inner instanceof z.ZodObject) {
      at = (inner.shape as Record<string, z.core.$ZodType>)[String(segment)];
    } else if (inner instanceof z.ZodRecord) at = inner.valueType;
    else if (inner instanceof z.ZodArray) at = inner.element;
    else return undefined;
    if (!at) return undefined;
  }
  return at;
}

/** The fields that may be at a path; empty where names are free. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const at = schemaAt(schema, path);
  const inner = at && groupOf(unwrap(at));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/**
 * Where in the schema a field of this name is, as people write it:
 * `batch.pipeline.steps[].resources`.
 */
export function homeOf(schema: z.core.$ZodType, key: string): string | undefined {
  const inner = groupOf(unwrap(schema));
  if (inner instanceof z.ZodArray) {
    const home = homeOf(inner.element, key);
    return home === undefined ? undefined : `[]${home === "" ? "" : "."}${home}`;
  }
  if (!(inner instanceof z.ZodObject)) return undefined;
  const shape = inner.shape as Record<string, z.core.$ZodType>;
  if (Object.hasOwn(shape, key)) return "";
  for (const [name, field] of Object.entries(shape)) {
    const home = homeOf(field, key);
    if (home !== undefined)
      return `${name}${home === "" || home.startsWith("[") ? "" : "."}${home}`;
  }
  return undefined;
}

/** The first sentence of a field's description. */
export function descriptionAt(schema: z.core.$ZodType, path: Path): string | undefined {
  const at = schemaAt(schema, path);
  if (!at) return undefined;
  const own = z.globalRegistry.get(at)?.description;
  return own ?? z.globalRegistry.get(unwrap(at))?.description;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

/** What else than a group of fields may be there; undefined where nothing may. */
export function unionKinds(
  schema: z.core.$ZodType | undefined,
): "text or group" | "flag or group" | undefined {
  if (!(schema instanceof z.ZodUnion) || groupOf(schema) === schema) return undefined;
  const isFlag = schema.options.some((option) => option instanceof z.ZodBoolean);
  return isFlag ? "flag or group" : "text or group";
}

/** What is a text or a group of fields has its fields in the group. */
function groupOf(schema: z.core.$ZodType): z.core.$ZodType {
  if (!(schema instanceof z.ZodUnion)) return schema;
  return schema.options.find((option) => option instanceof z.ZodObject) ?? schema;
}
