import { expect, test } from "vitest";
import { compilePipeline } from "./compile.ts";
import { project, step, target } from "./fixtures/project.ts";
import { regionVariables } from "./region.ts";

const none: ReadonlySet<string> = new Set();

test("both variables say the region; what somebody set wins, for both", () => {
  expect(regionVariables({}, none, "us-east-1")).toEqual({
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
  });
  expect(regionVariables({ AWS_REGION: "sa-east-1" }, none, "us-east-1")).toEqual({
    AWS_DEFAULT_REGION: "sa-east-1",
  });
  expect(regionVariables({ AWS_DEFAULT_REGION: "sa-east-1" }, none, "us-east-1")).toEqual({
    AWS_REGION: "sa-east-1",
  });
  const both = { AWS_REGION: "a", AWS_DEFAULT_REGION: "b" };
  expect(regionVariables(both, none, "us-east-1")).toEqual({});
});

test("a name that is a secret's is left to it, and no region sets nothing", () => {
  const taken = new Set(["AWS_REGION"]);
  expect(regionVariables({}, taken, "us-east-1")).toEqual({ AWS_DEFAULT_REGION: "us-east-1" });
  expect(regionVariables({ A: "1" }, none, undefined)).toEqual({});
});

test("a step that names a region names it for all libraries, unless the project says the other", () => {
  const regionOf = (own: Record<string, string>, shared: Record<string, string> = {}) => {
    const { compute, runtime } = project();
    const made = project({
      steps: [step("a", { environmentVariables: own })],
      runtime: { ...runtime, environmentVariables: shared },
    });
    const text = JSON.stringify(compilePipeline(made, { ...target, compute }));
    return [...text.matchAll(/\{"Name":"(AWS_[A-Z_]+)","Value":"([^"]*)"\}/g)].map(
      ([, name, value]) => `${name}=${value}`,
    );
  };
  expect(regionOf({})).toEqual([]);
  expect(regionOf({ AWS_REGION: "sa-east-1" })).toEqual([
    "AWS_DEFAULT_REGION=sa-east-1",
    "AWS_REGION=sa-east-1",
  ]);
  expect(regionOf({ AWS_REGION: "sa-east-1" }, { AWS_DEFAULT_REGION: "eu-west-1" })).toEqual([
    "AWS_REGION=sa-east-1",
  ]);
});
