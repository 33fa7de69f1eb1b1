import { describe, expect, test } from "vitest";
import { AWS_WORKSPACE, missionConfig, PROJECT_FILES, projectOf } from "./fixtures/checked.ts";

test("the mission's config means this", () => {
  expect(projectOf(missionConfig, "dev", AWS_WORKSPACE)).toMatchInlineSnapshot(`
      {
        "authored": "3da125c9a21f41c1398898853ba495f22750d9cb1a7ede2fc42ccac27d53b1d6",
        "batchEnabled": true,
        "compute": {
          "diskGb": 50,
          "instanceTypes": [
            "t3.xlarge",
          ],
          "maxQuantity": 2,
          "minQuantity": 0,
          "onDemandFallback": false,
          "provider": "ec2",
          "spot": true,
        },
        "description": "Sistema de recomendação de veículos",
        "directory": "src/projects/recsys",
        "environment": "dev",
        "model": {
          "alias": undefined,
          "metrics": {},
          "name": "recsys",
          "promoteOnDeploy": false,
          "required": true,
        },
        "name": "recsys",
        "notifications": {
          "onFailure": [
            {
              "address": "ml-team@rentcars.com",
              "kind": "email",
            },
            {
              "address": "oncall@rentcars.com",
              "kind": "email",
            },
          ],
          "onSuccess": [
            {
              "address": "ml-team@rentcars.com",
              "kind": "email",
            },
          ],
        },
        "owners": {
          "business": "produto@rentcars.com",
          "technical": "ml-team@rentcars.com",
        },
        "parameters": [],
        "runtime": {
          "dockerfile": "Dockerfile",
          "environmentVariables": {
            "ENV": "dev",
          },
          "pythonVersion": "3.11",
          "requirementsFile": "requirements.txt",
          "secrets": {},
        },
        "schedule": {
          "cron": "0 3 * * *",
          "deadline": undefined,
          "enabled": true,
          "flexibleWindowMinutes": undefined,
          "overlap": "allow",
          "timezone": "UTC",
        },
        "steps": [
          {
            "command": "python steps/extract_features.py",
            "dependsOn": [],
            "environmentVariables": {},
            "forEach": undefined,
            "id": "extract_features",
            "name": "Extract Features",
            "resources": {
              "cpu": 1,
              "gpu": 0,
              "memoryGb": 4,
            },
            "retries": 2,
            "retry": {
              "backoffRate": 2,
              "intervalSeconds": 60,
              "maxIntervalSeconds": 600,
            },
            "timeoutSeconds": 3600,
          },
          {
            "command": "python steps/score_model.py",
            "dependsOn": [
              "extract_features",
            ],
            "environmentVariables": {},
            "forEach": undefined,
            "id": "score_model",
            "name": "Score Model",
            "resources": {
              "cpu": 2,
              "gpu": 0,
              "memoryGb": 8,
            },
            "retries": 2,
            "retry": {
              "backoffRate": 2,
              "intervalSeconds": 60,
              "maxIntervalSeconds": 600,
            },
            "timeoutSeconds": 3600,
          },
        ],
        "taskRoleArn": undefined,
        "testCommand": undefined,
        "version": "1.0.0",
      }
    `);
});

describe("defaults", () => {
  test("a main.py is the only step; tests are run by pytest", () => {
    const project = projectOf("", "local", undefined, { ...PROJECT_FILES, "tests/test_a.py": "" });
    expect(project.steps).toEqual([
      {
        id: "main",
        name: "main",
        command: "python main.py",
        dependsOn: [],
        resources: { cpu: 1, memoryGb: 2, gpu: 0 },
        timeoutSeconds: 3600,
        retries: 0,
        retry: { intervalSeconds: 60, backoffRate: 2, maxIntervalSeconds: 600 },
        environmentVariables: {},
        forEach: undefined,
      },
    ]);
    expect(project).toMatchObject({
      schedule: undefined,
      batchEnabled: true,
      testCommand: "pytest",
      runtime: {
        requirementsFile: "requirements.txt",
        dockerfile: "Dockerfile",
        pythonVersion: undefined,
      },
      compute: {
        instanceTypes: [],
        minQuantity: 0,
        maxQuantity: 1,
        spot: false,
        onDemandFallback: false,
        diskGb: 50,
      },
      model: {
        name: "recsys",
        required: true,
        alias: undefined,
        metrics: {},
        promoteOnDeploy: false,
      },
    });
  });

  test("what the schedule says holds for every step that says nothing else", () => {
    const { steps } = projectOf(`schedule: {timeout_seconds: 60, retries: 3}
batch:
  pipeline:
    steps:
      - {id: a, command: x}
      - {id: b, command: x, timeout_seconds: 5, retries: 0, retry: {interval_seconds: 900}, depends_on: []}
      - {id: c, command: x, for_each: {from: b/lists/x.json}}`);
    expect(
      steps.map(({ timeoutSeconds, retries, dependsOn, retry, forEach }) => ({
        timeoutSeconds,
        retries,
        dependsOn,
        longest: retry.maxIntervalSeconds,
        forEach,
      })),
    ).toEqual([
      { timeoutSeconds: 60, retries: 3, dependsOn: [], longest: 600, forEach: undefined },
      { timeoutSeconds: 5, retries: 0, dependsOn: [], longest: 900, forEach: undefined },
      {
        timeoutSeconds: 60,
        retries: 3,
        dependsOn: ["b"],
        longest: 600,
        forEach: { kind: "artifact", step: "b", file: "lists/x.json", maxConcurrency: 10 },
      },
    ]);
  });
});

test("what people write without quotes is the text that they wrote", () => {
  const project = projectOf(`runtime:
  python_version: 3.10
  env_vars: {A: true, B: 3.10, C: 0x1F, D: 1e3, E: 2026-01-31, F: "", G: 012, H: ~/x}
params: {day: {default: 2026-01-31}, top: {default: 20}}
version: 1.10
project_name: recsys`);
  expect(project.version).toBe("1.10");
  expect(project.runtime.environmentVariables).toEqual({
    A: "true",
    B: "3.10",
    C: "0x1F",
    D: "1e3",
    E: "2026-01-31",
    F: "",
    G: "012",
    H: "~/x",
  });
  expect(project.parameters.map((parameter) => parameter.default)).toEqual(["2026-01-31", "20"]);
});

test("an environment's overlay", () => {
  const config = `infra: {compute: {ec2_type: t3.large, max_quantity: 4}}
notifications: {on_failure: [a@example.com, b@example.com]}
runtime: {env_vars: {A: base, B: base}}
batch:
  pipeline:
    steps:
      - {id: a, command: x, resources: {cpu: 2, memory_gb: 4}}
      - {id: b, command: x, for_each: {items: [1, 2, 3], max_concurrency: 2}}
environments:
  dev:
    infra: {compute: {max_quantity: 1}}
    notifications: {on_failure: [dev@example.com]}
    runtime: {env_vars: {B: dev}}
    batch:
      enabled: false
      pipeline:
        steps:
          - {id: b, for_each: {items: [9]}}
          - {id: a, resources: {memory_gb: 1}}
`;
  const dev = projectOf(config, "dev", AWS_WORKSPACE);
  expect(dev).toMatchObject({
    batchEnabled: false,
    compute: { instanceTypes: ["t3.large"], maxQuantity: 1 },
    notifications: { onFailure: [{ address: "dev@example.com" }] },
    runtime: { environmentVariables: { A: "base", B: "dev" } },
  });
  expect(dev.notifications.onFailure).toHaveLength(1);
  expect(dev.steps.map(({ id, resources, forEach }) => ({ id, resources, forEach }))).toEqual([
    { id: "a", resources: { cpu: 2, memoryGb: 1, gpu: 0 }, forEach: undefined },
    {
      id: "b",
      resources: { cpu: 1, memoryGb: 2, gpu: 0 },
      forEach: { kind: "items", items: ["9"], maxConcurrency: 10 },
    },
  ]);
  expect(projectOf(config, "prd", AWS_WORKSPACE)).toMatchObject({
    batchEnabled: true,
    compute: { maxQuantity: 4 },
  });
});
