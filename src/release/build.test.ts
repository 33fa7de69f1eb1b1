import { describe, expect, test } from "vitest";
import type { AwsEnvironment, LocalEnvironment } from "../config/model.ts";
import type { MlflowConfig } from "../config/services.ts";
import { environmentName } from "../core/ids.ts";
import { fingerprintOf } from "../core/json.ts";
import { project, step } from "../pipeline/fixtures/project.ts";
import { buildArguments, makeRelease, projectSourceHash } from "./build.ts";
import { resourceNames } from "./names.ts";

const aws: AwsEnvironment = {
  platform: "aws",
  name: environmentName("prd"),
  schedules: "as_configured",
  mlflow: undefined,
  mail: undefined,
  accountId: "222222222222",
  region: "us-east-1",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1"],
  repository: { kind: "ecr", name: "ml-projects" },
  suffix: "",
  artifactsUri: undefined,
  roles: {},
  permissionsBoundary: undefined,
  logRetentionDays: 90,
  endpointUrl: undefined,
  promoteFrom: undefined,
};

const local: LocalEnvironment = {
  platform: "local",
  name: environmentName("local"),
  schedules: "as_configured",
  mlflow: undefined,
  mail: undefined,
  executor: "auto",
  installer: "auto",
  unsafeHardLinks: false,
  maxParallel: undefined,
  scheduling: { maxRuns: 10, missed: "skip", missedWithinHours: 24 },
  dockerNetwork: undefined,
};

const mlflow: MlflowConfig = {
  trackingUri: "http://mlflow.bi.rentcars.com",
  s3EndpointUrl: undefined,
  gate: "enforce",
  unreachable: "warn",
  accepts: { stages: ["Production"] },
};

const schedule = {
  enabled: true,
  cron: "30 6 * * 1-5",
  timezone: "America/Sao_Paulo",
  overlap: "allow",
  deadline: "08:00",
} as const;

const workspace = { name: "rentcars" };
const release = (
  changes: Parameters<typeof project>[0] = {},
  environment: AwsEnvironment | LocalEnvironment = aws,
) => makeRelease(project(changes), workspace, environment, "hash").release;

test("names are the fixed ones, and a suffix takes its place in all of them", () => {
  const names = resourceNames(project(), aws);
  expect(names).toEqual({
    base: "recsys",
    imageTag: "recsys-1.0.0",
    cluster: "ml-cluster-recsys",
    launchTemplate: "lt-recsys",
    autoScalingGroup: "asg-recsys",
    capacityProvider: "cp-recsys",
    taskFamily: "recsys",
    stateMachine: "recsys-workflow",
    schedule: "sched-recsys",
    logGroup: "/ecs/recsys",
  });
  const suffixed = resourceNames(project(), { ...aws, suffix: "-dev" });
  expect(JSON.stringify(suffixed)).toBe(JSON.stringify(names).replaceAll("recsys", "recsys-dev"));
});

describe("the fingerprint", () => {
  const of = (changes: Parameters<typeof project>[0] = {}, hash = "hash") =>
    makeRelease(project(changes), workspace, aws, hash).fingerprint;

  test("is the same for the same project", () => {
    expect(of()).toMatch(/^[0-9a-f]{64}$/);
    expect(of()).toBe(of());
  });

  test.each<[string, Parameters<typeof project>[0]]>([
    ["version", { version: "1.0.1" }],
    ["description", { description: "x" }],
    ["schedule", { schedule }],
    ["a step's memory", { steps: [step("a", { resources: { cpu: 1, memoryGb: 3, gpu: 0 } })] }],
    ["a step's retry", { steps: [step("a", { retries: 1 })] }],
    [
      "recipients",
      { notifications: { onSuccess: [], onFailure: [{ kind: "email", address: "a@b" }] } },
    ],
    [
      "form of a webhook",
      {
        notifications: {
          onSuccess: [],
          onFailure: [{ kind: "webhook", url: "https://a.example/x", format: "teams" }],
        },
      },
    ],
    ["parameters", { parameters: [{ name: "a", default: "", description: "" }] }],
    ["role", { taskRoleArn: "arn:aws:iam::1:role/x" }],
    ["test command", { testCommand: "pytest" }],
  ])("changes with the %s", (_, changes) => {
    expect(of(changes)).not.toBe(of());
  });

  test("changes with the sources and the environment", () => {
    expect(of({}, "other")).not.toBe(of());
    const dev = { ...aws, name: environmentName("dev") };
    expect(makeRelease(project(), workspace, dev, "hash").fingerprint).not.toBe(of());
  });

  test("survives being stored", () => {
    const made = makeRelease(project({ schedule }), workspace, aws, "hash");
    const stored = JSON.parse(JSON.stringify(made.release)) as typeof made.release;
    expect(stored).toEqual(JSON.parse(JSON.stringify(made.release)));
    expect(stored.definition).toEqual(made.release.definition);
  });
});

describe("variables, later wins", () => {
  const variables = { ENV: "dev", ESTEIRA_PROJECT: "x", MLFLOW_TRACKING_URI: "http://own", A: "1" };
  const runtime = { ...project().runtime, environmentVariables: variables };

  test("MLflow's three, then the project's, then Esteira's", () => {
    expect(release({ runtime }, { ...aws, mlflow }).task.environment).toEqual({
      MLFLOW_TRACKING_URI: "http://own",
      MLFLOW_S3_ENDPOINT_URL: "https://s3.us-east-1.amazonaws.com",
      MLFLOW_EXPERIMENT_NAME: "recsys",
      A: "1",
      ENV: "prd",
      ESTEIRA_PROJECT: "recsys",
      ESTEIRA_VERSION: "1.0.0",
    });
  });

  test("no MLflow, no variables of it; on this machine only an endpoint that is said", () => {
    expect(release({}, local).task.environment).toEqual({
      ENV: "local",
      ESTEIRA_PROJECT: "recsys",
      ESTEIRA_VERSION: "1.0.0",
    });
    const { environment } = release({}, { ...local, mlflow }).task;
    expect(environment).not.toHaveProperty("MLFLOW_S3_ENDPOINT_URL");
    const own = { ...mlflow, s3EndpointUrl: "http://minio:9000" };
    expect(release({}, { ...local, mlflow: own }).task.environment).toMatchObject({
      MLFLOW_S3_ENDPOINT_URL: "http://minio:9000",
    });
  });

  test("a model's address is handed on where there is an MLflow to have it from", () => {
    expect(JSON.stringify(release().definition)).not.toContain("ESTEIRA_MODEL_URI");
    expect(JSON.stringify(release({}, { ...aws, mlflow }).definition)).toContain(
      '{"Name":"ESTEIRA_MODEL_URI","Value":"${model_uri}"}',
    );
  });
});

describe("the schedule", () => {
  test("is said to EventBridge", () => {
    expect(release({ schedule }).schedule).toEqual({
      enabled: true,
      cron: "30 6 * * 1-5",
      expression: "cron(30 6 ? * MON-FRI *)",
      timezone: "America/Sao_Paulo",
      overlap: "allow",
      deadline: "08:00",
    });
  });

  test("may start within a window; without one, a release is what it was before there were any", () => {
    const [plain, flexible] = [undefined, 15].map((flexibleWindowMinutes) =>
      release({ schedule: { ...schedule, flexibleWindowMinutes } }),
    );
    expect(flexible?.schedule).toMatchObject({ flexibleWindowMinutes: 15 });
    expect(fingerprintOf(plain)).toBe(fingerprintOf(release({ schedule })));
    expect(fingerprintOf(flexible)).not.toBe(fingerprintOf(plain));
  });

  test.each<[string, Parameters<typeof project>[0], AwsEnvironment]>([
    ["the schedule is", { schedule: { ...schedule, enabled: false } }, aws],
    ["the batch is", { schedule, batchEnabled: false }, aws],
    ["the environment's schedules are", { schedule }, { ...aws, schedules: "disabled" }],
  ])("is disabled where %s", (_, changes, environment) => {
    expect(release(changes, environment).schedule?.enabled).toBe(false);
  });

  test("isn't there without a cron or without steps", () => {
    expect(release().schedule).toBeUndefined();
    expect(release({ schedule, steps: [] }).schedule).toBeUndefined();
  });
});

test("a project without steps has an image and nothing to run", () => {
  const { definition, capacity, task, image } = release({ steps: [] });
  expect({ definition, capacity, resources: task.resources }).toEqual({
    definition: undefined,
    capacity: undefined,
    resources: { cpu: 0, memoryGb: 0, gpu: 0 },
  });
  expect(image.sourceHash).toBe("hash");
});

test("the task has the most of everything that a step declares", () => {
  const steps = [
    step("a", { resources: { cpu: 4, memoryGb: 1, gpu: 0 } }),
    step("b", { resources: { cpu: 0.5, memoryGb: 8, gpu: 1 } }),
  ];
  expect(release({ steps }).task.resources).toEqual({ cpu: 4, memoryGb: 8, gpu: 1 });
});

test("capacity is AWS's only", () => {
  expect(release().capacity).toEqual({
    instanceTypes: ["t3.xlarge"],
    minQuantity: 0,
    maxQuantity: 2,
    spot: true,
    onDemandFallback: false,
    diskGb: 50,
  });
  expect(release({}, local).capacity).toBeUndefined();
});

test("an image is built with what the project says, and named by it", () => {
  expect(buildArguments(project())).toEqual({
    PYTHON_VERSION: "3.11",
    REQUIREMENTS_FILE: "requirements.txt",
  });
  const bare = { ...project().runtime, pythonVersion: undefined, requirementsFile: undefined };
  expect(buildArguments(project({ runtime: bare }))).toEqual({});
  const tree = { hash: "tree" };
  expect(projectSourceHash(project(), tree)).not.toBe(
    projectSourceHash(project({ runtime: bare }), tree),
  );
});
