import { expect, test } from "vitest";

import { checkTexts, lines } from "../fixtures/checked.ts";

const found = (compute: string, gpu: number, files: Readonly<Record<string, string>> = {}) =>
  lines(
    checkTexts({
      projects: {
        recsys: `project_name: recsys
version: 1.0.0
infra: {compute: ${compute}}
batch: {pipeline: {steps: [{id: train, command: "true", resources: {gpu: ${gpu}}}]}}
`,
      },
      files: { Dockerfile: "FROM python:3.11-slim\n", "requirements.txt": "", ...files },
    }).diagnostics,
  ).filter((line) => line.includes("gpu"));

test("types, machine image and steps agree about GPUs", () => {
  expect(found("{ec2_type: g4dn.xlarge}", 1)).toEqual([]);
  expect(found("{ec2_type: t3.large}", 0)).toEqual([]);
  expect([
    ...found("{ec2_type: g4dn.xlarge, ec2_types: [m5.xlarge]}", 0),
    ...found("{ec2_type: g5g.xlarge}", 1),
    ...found("{ec2_type: g4dn.xlarge}", 0),
  ]).toMatchInlineSnapshot(`
    [
      "recsys/config.yaml:3:54 [m5.xlarge] error config/gpu-mixed: m5.xlarge has no GPU, but g4dn.xlarge has: they start from different machine images; choose types that all have GPUs, or none (recsys/config.yaml:3: the type with GPUs is here)",
      "recsys/config.yaml:3:29 [g5g.xlarge] error config/gpu-arm: g5g.xlarge is arm64, and AWS's machine image with the GPU's driver is for x86_64; choose a type such as g4dn.xlarge or g5.xlarge",
      "recsys/config.yaml:3:29 [g4dn.xlarge] warning config/gpu-unused: g4dn.xlarge has GPUs, and no step asks for one: their containers see none; add resources: { gpu: 1 } to the steps that use it, or choose a type without GPUs",
    ]
  `);
});

test("a step that asks for a GPU installs no build for CPUs", () => {
  const type = "{ec2_type: g4dn.xlarge}";
  expect(found(type, 1, { "requirements.txt": "torch==2.4.0\n# not tensorflow-cpu\n" })).toEqual(
    [],
  );
  expect([
    ...found(type, 1, { "requirements.txt": "pandas\ntensorflow-cpu==2.16\n" }),
    ...found(type, 1, {
      Dockerfile:
        "FROM python:3.11-slim\nRUN pip install torch --index-url https://download.pytorch.org/whl/cpu\n",
    }),
  ]).toMatchInlineSnapshot(`
    [
      "recsys/config.yaml:4:74 [1] warning config/gpu-cpu-build: step "train" asks for a GPU, and requirements.txt has tensorflow-cpu, a build that uses none; install the build for CUDA, or remove gpu",
      "recsys/config.yaml:4:74 [1] warning config/gpu-cpu-build: step "train" asks for a GPU, and Dockerfile has download.pytorch.org/whl/cpu, a build that uses none; install the build for CUDA, or remove gpu",
    ]
  `);
});
