import * as z from "zod";

/** Milliseconds since the epoch. */
const moment = z.int().meta({ id: "Time", description: "Milliseconds since the epoch" });

export const time = () => moment;

/** Any JSON value; `null` where there is none. */
export const anything = () => z.unknown();

export const text = () => z.string();

export const textOrNull = () => z.string().nullable();

/** The version of all documents' shapes; a field that is removed or means something else counts. */
const schema = z.literal(1).describe("Version of the shape");

/** A document: these fields and no others, and `schema`. */
export function document<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject({ schema, ...shape });
}

export const environment = () => text().describe("Name of the environment");

export const project = () => text().describe("Name of the project");
