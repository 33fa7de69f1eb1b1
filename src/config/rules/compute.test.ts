import { expect, test } from "vitest";
import { AWS_WORKSPACE, linesOf } from "../fixtures/checked.ts";

const config = (compute: string, resources: string) =>
  `infra: {compute: {${compute}}}\nbatch: {pipeline: {steps: [{id: a, command: x, resources: {${resources}}}]}}`;
const linesOfConfig = (compute: string, resources = "cpu: 1") =>
  linesOf(config(compute, resources)).join("\n");

test("steps fit every instance type", () => {
  expect(linesOfConfig("ec2_type: t3.xlarge", "memory_gb: 14.6")).toBe("");
  expect(linesOfConfig("ec2_type: t3.xlarge", "memory_gb: 16")).toMatchInlineSnapshot(
    `"2:71 [16] error config/step-too-big: step "a" needs 16 GB, but of the 16 GB of t3.xlarge about 14.6 GB are left for steps: it would wait for a machine that never comes; ask for at most 14.6, or choose a larger type such as t3.2xlarge (recsys/config.yaml:1: t3.xlarge is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: t3.xlarge", "cpu: 8")).toMatchInlineSnapshot(
    `"2:65 [8] error config/step-too-big: step "a" needs 8 CPUs, but t3.xlarge has 4: it would wait for a machine that never comes; ask for at most 4, or choose a larger type such as t3.2xlarge (recsys/config.yaml:1: t3.xlarge is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: t3.xlarge", "gpu: 1")).toMatchInlineSnapshot(
    `"2:65 [1] error config/no-gpu: step "a" needs 1 GPU, but t3.xlarge has no GPU; remove gpu, or choose a larger type such as g4dn.xlarge (recsys/config.yaml:1: t3.xlarge is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: g5.xlarge", "gpu: 2")).toMatchInlineSnapshot(
    `"2:65 [2] error config/no-gpu: step "a" needs 2 GPUs, but g5.xlarge has 1 GPU; ask for at most 1, or choose a larger type such as g5.12xlarge (recsys/config.yaml:1: g5.xlarge is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: g5.xlarge", "gpu: 1")).toBe("");
  expect(
    linesOfConfig("ec2_type: m5.2xlarge, ec2_types: [m5.large]", "memory_gb: 20"),
  ).toMatchInlineSnapshot(
    `"2:71 [20] error config/step-too-big: step "a" needs 20 GB, but of the 8 GB of m5.large about 7.1 GB are left for steps: it would wait for a machine that never comes; ask for at most 7.1, or choose a larger type such as m5.2xlarge (recsys/config.yaml:1: m5.large is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: t3.micro")).toMatchInlineSnapshot(
    `"2:48 [resources] error config/step-too-big: step "a" needs 2 GB, but of the 1 GB of t3.micro about 0.6 GB are left for steps: it would wait for a machine that never comes; ask for at most 0.6, or choose a larger type such as t3.medium (recsys/config.yaml:1: t3.micro is chosen here)"`,
  );
  expect(linesOfConfig("ec2_type: r6a.48xlarge", "memory_gb: 20000")).toMatchInlineSnapshot(
    `"2:71 [20000] error config/step-too-big: step "a" needs 20000 GB, but of the 1536 GB of r6a.48xlarge about 1428.2 GB are left for steps: it would wait for a machine that never comes; ask for at most 1428.2 (recsys/config.yaml:1: r6a.48xlarge is chosen here)"`,
  );
});

test("instance types are known, and of one architecture", () => {
  expect(linesOfConfig("ec2_type: t3.lrage")).toMatchInlineSnapshot(
    `"1:29 [t3.lrage] warning config/unknown-instance-type: t3.lrage is not among the instance types known here, so whether the steps fit isn't checked; check its name and its size; did you mean "t3.large"?"`,
  );
  expect(linesOfConfig("ec2_type: x2idn.16xlarge")).toMatchInlineSnapshot(
    `"1:29 [x2idn.16xlarge] warning config/unknown-instance-type: x2idn.16xlarge is not among the instance types known here, so whether the steps fit isn't checked; check its name and its size"`,
  );
  expect(linesOfConfig("ec2_type: big")).toMatchInlineSnapshot(
    `"1:29 [big] error config/bad-format: "big" can't be an EC2 instance type; write a type such as t3.xlarge"`,
  );
  expect(linesOfConfig("ec2_type: m6i.large, ec2_types: [m6g.large]")).toMatchInlineSnapshot(
    `"1:52 [m6g.large] error config/mixed-architectures: m6g.large is arm64, but m6i.large is x86_64; one image runs on all of them: choose types of one architecture (recsys/config.yaml:1: the x86_64 type is here)"`,
  );
});

test("burstable types beside others, on spot", () => {
  expect(linesOfConfig("spot: true, ec2_type: t3.large, ec2_types: [m5.large]")).toBe(
    "1:41 [t3.large] warning config/mixed-burstable: beside m5.large, t3.large runs with unlimited CPU credits, which are billed on a spot instance from its start; choose burstable types only, or none (recsys/config.yaml:1: the other type is here)",
  );
  expect(linesOfConfig("spot: true, ec2_type: t3.large, ec2_types: [t3a.large]")).toBe("");
  expect(linesOfConfig("ec2_type: t3.large, ec2_types: [m5.large]")).toBe("");
});

test("quantities, spot", () => {
  expect(linesOfConfig("min_quantity: 3, max_quantity: 2")).toMatchInlineSnapshot(
    `"1:33 [3] error config/quantities: min_quantity (3) is more than max_quantity (2); raise max_quantity or lower min_quantity (recsys/config.yaml:1: max_quantity is set here)"`,
  );
  expect(linesOfConfig("min_quantity: 3")).toBe("");
  expect(linesOfConfig("on_demand_fallback: true")).toMatchInlineSnapshot(
    `"1:39 [true] warning config/fallback-without-spot: on_demand_fallback does nothing without spot: all instances are on-demand already; add spot: true, or remove the line"`,
  );
});

test("only AWS asks for a type", () => {
  expect(linesOf("")).toEqual([]);
  expect(linesOf("", { workspace: AWS_WORKSPACE })).toMatchInlineSnapshot(`
    [
      "2:1 [project_name] error config/missing-instance-type: ec2_type is missing; AWS needs it (in dev, prd); add it under infra.compute, as in ec2_type: t3.xlarge",
    ]
  `);
});

test("tasks beyond what the instances hold wait, which is worth knowing on AWS", () => {
  const steps = (maxConcurrency: string, compute: string) => `
infra: {compute: {ec2_type: t3.xlarge, ${compute}}}
batch:
  pipeline:
    steps:
      - {id: a, command: x, resources: {cpu: 1, memory_gb: 6}, depends_on: []}
      - {id: b, command: x, resources: {cpu: 1, memory_gb: 6}, depends_on: []}
      - {id: c, command: x, resources: {cpu: 1, memory_gb: 6}, depends_on: []}
      - {id: d, command: x, depends_on: [a, b, c], for_each: {items: [1, 2]${maxConcurrency}}}
`;
  const found = (maxConcurrency: string, compute: string, workspace?: string) =>
    linesOf(steps(maxConcurrency, compute), workspace === undefined ? {} : { workspace }).join(
      "\n",
    );
  expect(found(", max_concurrency: 9", "max_quantity: 1", AWS_WORKSPACE)).toMatchInlineSnapshot(`
    "9:95 [9] warning config/more-than-fits: step "d" wants 9 tasks at a time, and 1 t3.xlarge hold 4: no more than that are started (in dev, prd); raise max_quantity, choose a larger type, or let the step ask for less
    6:10 [id] warning config/more-than-fits: a, b, c run side by side, and 1 t3.xlarge hold 2 of them at once: the others wait (in dev, prd); raise max_quantity, choose a larger type, or let the steps ask for less"
  `);
  expect(found("", "max_quantity: 2", AWS_WORKSPACE)).toBe("");
  expect(found(", max_concurrency: 9", "max_quantity: 1")).toBe("");
});
