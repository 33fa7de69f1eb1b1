import type { z } from "zod";
import { type Path, type Problem, nameOf } from "../problem.ts";
import { remedy } from "../remedy.ts";
import { descriptionAt, homeOf, keysAt, schemaAt, unionKinds } from "./schema-walk.ts";
import { nearest } from "../suggest.ts";

type Issue = z.core.$ZodIssue;

/**
 * Says what a schema found in plain words, once for each value of a wrong type. `value` is the data
 * that was checked.
 */
export function schemaProblems(
  schema: z.core.$ZodType,
  value: unknown,
  issues: readonly Issue[],
): Problem[] {
  const keyOf = (issue: Issue) => JSON.stringify(issue.path);
  // The library measures texts where it wants lists, too.
  const wrong = new Set(issues.filter(({ code }) => code === "invalid_type").map(keyOf));
  return issues
    .filter((issue) => issue.code === "invalid_type" || !wrong.has(keyOf(issue)))
    .flatMap((issue) => problemsOf(schema, value, issue));
}

function problemsOf(schema: z.core.$ZodType, root: unknown, issue: Issue): Problem[] {
  const path = issue.path.map((segment) =>
    typeof segment === "number" ? segment : String(segment),
  );
  const value = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(schema, path, key));
    case "invalid_type":
      return [wrongType(schema, path, value, issue.expected)];
    case "invalid_value":
      return [notAllowed(path, value, issue.values.map(String))];
    case "too_small":
    case "too_big":
      return [outOfRange(path, value, issue)];
    case "invalid_key": {
      const expected = issue.issues[0]?.message ?? "another name";
      return [
        {
          code: "config/bad-format",
          path,
          at: "key",
          message: `the name ${show(path.at(-1))} must be ${expected}`,
          help: "rename it",
        },
      ];
    }
    case "invalid_format":
      return [
        {
          code: "config/bad-format",
          path,
          message: `${nameOf(path)} must be ${issue.message}, not ${show(value)}`,
          help:
            descriptionAt(schema, path) ??
            "`esteira schema config` and `esteira schema workspace` say what each field takes",
        },
      ];
    case "invalid_union": {
      const meant = ofGroup(value, issue);
      if (meant !== undefined) return meant.flatMap((one) => problemsOf(schema, root, one));
      const kinds = unionKinds(schemaAt(schema, path));
      return kinds === undefined
        ? [otherwiseWrong(path, value)]
        : [wrongType(schema, path, value, kinds)];
    }
    case "invalid_element":
    case "not_multiple_of":
    case "custom":
      return [otherwiseWrong(path, value)];
  }
}

function otherwiseWrong(path: Path, value: unknown): Problem {
  return {
    code: "config/wrong-type",
    path,
    message: `${nameOf(path)} can't be ${show(value)}`,
    help: "numbers must be finite; everything else that JSON knows is allowed",
  };
}

/** What is wrong inside a group of fields that might have been a text. */
function ofGroup(
  value: unknown,
  { errors, path }: Extract<Issue, { code: "invalid_union" }>,
): readonly Issue[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return errors
    .find((issues) => !issues.some((one) => one.code === "invalid_type" && one.path.length === 0))
    ?.map((one) => ({ ...one, path: [...path, ...one.path] }));
}

/** The key of a group of fields that another one was most likely meant to be. */
export function nearestKey(schema: z.core.$ZodType, path: Path, key: string): string | undefined {
  return nearest(key, keysAt(schema, path));
}

function unknownKey(schema: z.core.$ZodType, path: Path, key: string): Problem {
  const known = keysAt(schema, path);
  const near = nearestKey(schema, path, key);
  const home = near === undefined ? homeOf(schema, key) : undefined;
  const place = path.length === 0 ? "at the top" : `in ${pathText(path)}`;
  let help = `the fields ${place} are ${known.join(", ")}`;
  if (near !== undefined) help = `did you mean "${near}"?`;
  else if (home !== undefined) {
    help = home === "" ? `${key} belongs at the top of the file` : `${key} belongs in ${home}`;
  }
  return {
    code: "config/unknown-key",
    path: [...path, key],
    at: "key",
    message: `there is no field ${show(key)} ${place}`,
    help,
  };
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of fields",
  record: "a group of names with values",
  "text or group": "text or a group of fields",
  "flag or group": "true, false or a group of fields",
};

function wrongType(schema: z.core.$ZodType, path: Path, value: unknown, expected: string): Problem {
  const name = nameOf(path);
  if (value === undefined) {
    const description = descriptionAt(schema, path);
    return {
      code: "config/missing-field",
      path,
      message: `${name} is missing`,
      help: `add "${name}:"${description === undefined ? "" : `. ${description}`}`,
    };
  }
  if (value === null) {
    return {
      code: "config/empty-field",
      path,
      at: "key",
      message: `${name} is empty`,
      help: "give it a value, or remove the line",
    };
  }
  return {
    code: "config/wrong-type",
    path,
    message: `${name} must be ${TYPES[expected] ?? expected}, not ${typeof value === "string" ? "the text " : ""}${show(value)}`,
    help:
      remedy(schema, path, value, expected) ??
      descriptionAt(schema, path) ??
      "`esteira schema config` and `esteira schema workspace` say what each field takes",
  };
}

function notAllowed(path: Path, value: unknown, allowed: readonly string[]): Problem {
  const name = nameOf(path);
  const near = typeof value === "string" ? nearest(value, allowed) : undefined;
  if (value === undefined || value === null) {
    return {
      code: value === null ? "config/empty-field" : "config/missing-field",
      path,
      message: `${name} is ${value === null ? "empty" : "missing"}`,
      help: `write ${choice(allowed)}`,
    };
  }
  return {
    code: "config/not-allowed",
    path,
    message: `${name} must be ${choice(allowed)}, not ${show(value)}`,
    help: near === undefined ? `write ${choice(allowed)}` : `did you mean "${near}"?`,
  };
}

function outOfRange(
  path: Path,
  value: unknown,
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
): Problem {
  const name = nameOf(path);
  const least = issue.code === "too_small";
  const limit = Number(least ? issue.minimum : issue.maximum);
  const code = "config/out-of-range";
  if (typeof value === "string") {
    return {
      code,
      path,
      message: least ? `${name} is an empty text` : `${name} is longer than ${limit} characters`,
      help: least ? "give it a value, or remove the line" : "shorten it",
    };
  }
  const unit = Array.isArray(value) ? ` element${limit === 1 ? "" : "s"}` : "";
  const actual = Array.isArray(value) ? `${value.length}` : show(value);
  return {
    code,
    path,
    message: `${name} must ${unit ? "have" : "be"} at ${least ? "least" : "most"} ${limit}${unit}, not ${actual}`,
    help: least ? `choose ${limit} or more` : `choose ${limit} or less`,
  };
}

export function choice(values: readonly string[]): string {
  const quoted = values.map((value) => (/^\d+$/.test(value) ? value : `"${value}"`));
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** A value as a message shows it: short, and with what it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return "a group of fields";
  const short = value.length > 60 ? `${value.slice(0, 57)}...` : value;
  return JSON.stringify(short);
}

/** `batch.pipeline.steps[1].resources` */
export function pathText(path: Path): string {
  return path
    .map((segment, index) =>
      typeof segment === "number" ? `[${segment}]` : index === 0 ? segment : `.${segment}`,
    )
    .join("");
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}
