import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { Ajv, type ValidateFunction } from "ajv";

/**
 * An operation of GitHub's published description: https://github.com/github/rest-api-description
 */
export interface Operation {
  /** `issues/create-comment` */
  readonly id: string;
  /** What is in the path's braces. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What is wrong with a request; empty when nothing is. */
  readonly problems: (query: URLSearchParams, body: unknown) => readonly string[];
  /** What is wrong with an answer of ours. */
  readonly wrongAnswer: (status: number, body: unknown) => readonly string[];
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Content }>
  >;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

export interface GitHubDescription {
  /** The operation that a request asks for; undefined when GitHub has none. */
  find(method: string, path: string): Operation | undefined;
  /** An example that the description gives, such as `issue-comment`. */
  example(name: string): object;
}

/** Reads the description that `@octokit/openapi` brings. It is large: once a file of tests. */
export function githubDescription(): GitHubDescription {
  const file = createRequire(import.meta.url).resolve(
    "@octokit/openapi/generated/api.github.com.json",
  );
  const description = JSON.parse(readFileSync(file, "utf8")) as Description;
  // OpenAPI 3.0 is JSON Schema with its own words, which Ajv is not to stumble over.
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    allErrors: true,
    validateSchema: false,
  });
  ajv.addSchema(description, "github");
  const compiled = new Map<string, ValidateFunction>();
  const judge = (pointer: readonly string[], value: unknown): string[] => {
    const ref = `github#/${pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = "" }) => `${instancePath || "/"} ${message}`,
    );
  };
  const routes = Object.keys(description.paths).map((template) => ({
    template,
    names: [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name),
    pattern: new RegExp(
      `^${template.replaceAll(/[.+^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, "([^/]+)")}$`,
    ),
  }));
  return {
    example: (name) => {
      const value = description.components.examples[name]?.value;
      if (typeof value !== "object" || value === null) throw new Error(`no example ${name}`);
      return structuredClone(value);
    },
    find(method, path) {
      const verb = method.toLowerCase();
      // A path without parameters goes before one that has them.
      const route = routes
        .filter(
          ({ pattern, template }) => pattern.test(path) && description.paths[template]?.[verb],
        )
        .toSorted((a, b) => a.names.length - b.names.length)[0];
      const described = route && description.paths[route.template]?.[verb];
      if (route === undefined || described === undefined) return undefined;
      const at = ["paths", route.template, verb];
      const values = route.pattern.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
      const parameters = (described.parameters ?? []).map((one) =>
        one.$ref === undefined
          ? one
          : description.components.parameters[one.$ref.split("/").at(-1) ?? ""],
      );
      const known = new Set(parameters.flatMap((one) => (one?.in === "query" ? [one.name] : [])));
      return {
        id: described.operationId,
        parameters: Object.fromEntries(
          route.names.map((name, index) => [name, values[index] ?? ""]),
        ),
        problems: (query, body) => [
          ...[...query.keys()]
            .filter((name) => !known.has(name))
            .map((name) => `there is no query parameter ${name}`),
          ...(described.requestBody === undefined
            ? body === undefined
              ? []
              : ["there is no body"]
            : judge([...at, "requestBody", "content", "application/json", "schema"], body)),
        ],
        wrongAnswer: (status, body) => {
          const answer = described.responses[String(status)];
          // 401, 403 and 5xx stand for all operations and in none.
          if (answer === undefined) return status >= 400 ? [] : [`${status} is not an answer`];
          if (answer.$ref !== undefined || answer.content === undefined) return [];
          return judge(
            [...at, "responses", String(status), "content", "application/json", "schema"],
            body,
          );
        },
      };
    },
  };
}
