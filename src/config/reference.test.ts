import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { checkTexts, lines } from "./fixtures/checked.ts";
import { jsonSchemas } from "./schema/json-schema.ts";
import { configSchema } from "./schema/schema.ts";
import { workspaceSchema } from "./schema/schema-workspace.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const configText = read("docs/reference/config.annotated.yaml");
const workspaceText = read("docs/reference/workspace.annotated.yaml");

function judge(schema: string, value: unknown): unknown {
  const ajv = new Ajv({ allowUnionTypes: true });
  ajv.validate(JSON.parse(jsonSchemas()[schema] ?? "{}") as object, value);
  return ajv.errors ?? [];
}

test("the annotated examples have no problem", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    workspace: workspaceText,
    projects: { "vehicle-recommender": configText },
    folders: ["features", "prices"],
    files: {
      Dockerfile: "FROM python:3.11-slim\n",
      "requirements.txt": "",
      "requirements-dev.txt": "",
      "steps/extract_features.py": "",
      "steps/score_region.py": "",
      "steps/score_store.py": "",
      "steps/publish.py": "",
    },
    shared: { "libs/pricing/pyproject.toml": "[project]\n" },
  });
  expect(lines(diagnostics)).toEqual([]);
  expect([...byEnvironment].map(([name, projects]) => [name, projects.length])).toEqual([
    ["local", 1],
    ["dev", 1],
    ["prd", 1],
  ]);
});

test("the annotated examples have every field", () => {
  const missing = (schema: z.core.$ZodType, text: string) => {
    const written = new Set(fieldsOf(parse(text), ""));
    return [...schemaFields(schema, "")].filter((field) => !written.has(field));
  };
  // A definition takes the place of an order that the example shows, and an overlay has the same
  // fields as the rest.
  expect(
    missing(configSchema, configText).filter((field) => !field.startsWith("environments.*.")),
  ).toEqual(["batch.pipeline.definition"]);
  expect(missing(workspaceSchema, workspaceText)).toEqual([]);
});

describe("the JSON Schemas", () => {
  test("that are committed are those of the source: `npm run schema` writes them", () => {
    const committed = Object.keys(jsonSchemas()).map((name) => [name, read(`schemas/${name}`)]);
    expect(Object.fromEntries(committed)).toEqual(jsonSchemas());
  });

  test("accept the annotated examples, the mission's config and the example's", () => {
    expect(judge("config.schema.json", parse(configText))).toEqual([]);
    expect(judge("workspace.schema.json", parse(workspaceText))).toEqual([]);
    expect(
      judge("config.schema.json", parse(read("src/config/fixtures/mission-config.yaml"))),
    ).toEqual([]);
    const projects = readdirSync(new URL("examples/rentcars/src/projects/", root));
    expect(projects).toContain("recsys");
    for (const project of projects) {
      const config = parse(
        read(`examples/rentcars/src/projects/${project}/config.yaml`),
      ) as unknown;
      expect(judge("config.schema.json", config)).toEqual([]);
    }
  });

  test("accept what is kindly read as text, and refuse what isn't in the reference", () => {
    const config = { project_name: "recsys", version: 1, runtime: { python_version: 3.11 } };
    expect(judge("config.schema.json", config)).toEqual([]);
    expect(judge("config.schema.json", { ...config, memory: 4 })).toMatchObject([
      { keyword: "additionalProperties", params: { additionalProperty: "memory" } },
    ]);
    expect(judge("config.schema.json", { project_name: "recsys" })).toMatchObject([
      { keyword: "required", params: { missingProperty: "version" } },
    ]);
  });

  test("describe every field", () => {
    for (const [name, text] of Object.entries(jsonSchemas())) {
      expect(undescribed(JSON.parse(text) as object, name)).toEqual([]);
    }
  });
});

function undescribed(schema: object, at: string): string[] {
  const {
    properties = {},
    items,
    additionalProperties,
    anyOf = [],
  } = schema as {
    anyOf?: object[];
    properties?: Record<string, { description?: string }>;
    items?: object;
    additionalProperties?: unknown;
  };
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      ...(field.description === undefined ? [`${at}.${name}`] : []),
      ...undescribed(field, `${at}.${name}`),
    ]),
    ...(items ? undescribed(items, `${at}[]`) : []),
    ...anyOf.flatMap((one) => undescribed(one, at)),
    ...(typeof additionalProperties === "object" && additionalProperties !== null
      ? undescribed(additionalProperties, `${at}.*`)
      : []),
  ];
}

/** Paths of all fields of a value, lists as `[]`. */
function fieldsOf(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((item) => fieldsOf(item, `${at}[]`))];
  if (typeof value !== "object" || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, item]) => {
      // Names that the author is free to choose stand for each other.
      const named =
        /(^|\.)(env_vars|sample_env|secrets|params|metrics|checks|environments|pools)$/.test(at)
          ? "*"
          : key;
      return fieldsOf(item, at === "" ? named : `${at}.${named}`);
    }),
  ];
}

function* schemaFields(schema: z.core.$ZodType, at: string): Generator<string> {
  if (at !== "") yield at;
  if (schema instanceof z.ZodOptional) {
    for (const field of schemaFields(schema.unwrap(), at)) if (field !== at) yield field;
  } else if (schema instanceof z.ZodObject) {
    const shape: Record<string, z.core.$ZodType> = schema.shape;
    for (const [key, field] of Object.entries(shape)) {
      yield* schemaFields(field, at === "" ? key : `${at}.${key}`);
    }
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) {
      for (const field of schemaFields(option, at)) if (field !== at) yield field;
    }
  } else if (schema instanceof z.ZodRecord) yield* schemaFields(schema.valueType, `${at}.*`);
  else if (schema instanceof z.ZodArray) {
    for (const field of schemaFields(schema.element, `${at}[]`))
      if (field !== `${at}[]`) yield field;
  }
}
