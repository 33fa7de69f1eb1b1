import * as z from "zod";

import { consoleDocuments, type ConsoleDocumentName } from "../../app/documents/console.ts";
import { type Route, type RouteName, routes } from "./routes.ts";

/**
 * The API as an OpenAPI 3.1 document, made from the schemas that the answers are held to.
 * https://spec.openapis.org/oas/v3.1.1
 *
 * @param version of Esteira
 */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = `/api/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Esteira's console",
      version,
      description:
        "What the console's pages ask. Answers are the documents of `--json` where there is one.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: componentsOf(),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "Of `esteira console token add`" },
      },
    },
    security: [{ token: [] }],
  };
}

function operationOf(name: string, route: Route): Record<string, unknown> {
  const { summary, query, body, answer, changes } = route;
  return {
    operationId: name,
    summary,
    parameters: [...pathParameters(route.path), ...queryParameters(query)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(body, "input") } },
          },
        }),
    responses: {
      [changes && answer === "operation" ? "202" : "200"]: {
        description: summary,
        content:
          answer === "file"
            ? { "application/octet-stream": {} }
            : { "application/json": { schema: { $ref: `#/components/schemas/${answer}` } } },
      },
      default: {
        description: "Why it could not be done",
        content: { "application/json": { schema: { $ref: "#/components/schemas/error" } } },
      },
    },
  };
}

function pathParameters(path: string): readonly object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodObject | undefined): readonly object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(query, "input") as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** Answers by their names, and beside them the shapes that they share. */
function componentsOf(): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  for (const name of Object.keys(consoleDocuments) as ConsoleDocumentName[]) {
    const { $defs = {}, ...schema } = jsonSchema(consoleDocuments[name], "output") as {
      readonly $defs?: Readonly<Record<string, unknown>>;
    };
    schemas[name] = schema;
    Object.assign(schemas, $defs);
  }
  return schemas;
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const text = JSON.stringify(made).replaceAll("#/$defs/", "#/components/schemas/");
  return JSON.parse(text) as object;
}
