import * as fc from "fast-check";
import { expect, test } from "vitest";
import { projectName } from "../core/ids.ts";
import { escapePlaceholders, placeholder } from "../pipeline/placeholder.ts";
import { filledDefinition, fillPlaceholders, type PlaceholderValues } from "./placeholders.ts";
import type { Release } from "./release.ts";

const values: PlaceholderValues = {
  task_definition: "recsys:42",
  artifacts_uri: "s3://bucket/artifacts",
  artifacts_bucket: "bucket",
  artifacts_prefix: "artifacts/",
  pools_function: "pools",
};

test("fills every place, at any depth, and leaves the rest as it is", () => {
  const definition = {
    a: { TaskDefinition: placeholder("task_definition"), n: 1, none: null, yes: true },
    list: [`${placeholder("artifacts_uri")}/recsys/`, { model: placeholder("model_uri") }],
  };
  const before = JSON.stringify(definition);
  expect(fillPlaceholders(definition, values)).toEqual({
    a: { TaskDefinition: "recsys:42", n: 1, none: null, yes: true },
    list: ["s3://bucket/artifacts/recsys/", { model: "" }],
  });
  expect(JSON.stringify(definition)).toBe(before);
  expect(
    fillPlaceholders({ m: placeholder("model_uri") }, { ...values, model_uri: "m:/1" }),
  ).toEqual({ m: "m:/1" });
});

test("gives back any text of the author's", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("$", "{", "}", "task_definition", "x", "\\") }),
      (text) => {
        expect(fillPlaceholders({ text: escapePlaceholders(text) }, values)).toEqual({ text });
      },
    ),
  );
});

test("a value that looks like a placeholder is not filled again", () => {
  const tricky = { ...values, artifacts_uri: "${task_definition}", artifacts_prefix: "$&$1$$" };
  expect(
    fillPlaceholders(
      { a: placeholder("artifacts_uri"), b: placeholder("artifacts_prefix") },
      tricky,
    ),
  ).toEqual({ a: "${task_definition}", b: "$&$1$$" });
});

test.each([
  ["${unknown}", "nothing is known for ${unknown} in: ${unknown}"],
  ["${toString}", "nothing is known for ${toString} in: ${toString}"],
  ["${task_definition", "${task_definition is not closed in: ${task_definition"],
  ["{% '${artifacts_uri}' %}", "${artifacts_uri} is in an expression: {% '${artifacts_uri}' %}"],
])("%s is a bug", (text, message) => {
  expect(() => fillPlaceholders({ text }, values)).toThrow(message);
});

test("a value that would be an expression is a bug", () => {
  expect(() => fillPlaceholders({}, { ...values, artifacts_uri: "{% $x %}" })).toThrow(
    "the value of artifacts_uri would be read as an expression: {% $x %}",
  );
});

test("a release without a place for offsets is filled in whatever its zone is called", () => {
  const schedule = { timezone: "Mars/Olympus" } as unknown as Release["schedule"];
  const release = { project: projectName("recsys"), definition: { a: "b" }, schedule };
  expect(filledDefinition(release, values)).toEqual({ a: "b" });
});
