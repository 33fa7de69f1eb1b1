import type { Json } from "../../src/core/json.ts";

const digest = `sha256:${"a".repeat(64)}`;

/** A valid document of each kind, for a generator that changes parts of it. */
export const config: Json = {
  project_name: "recsys",
  description: "Recommends",
  version: "1.2.3",
  owners: { tech_owner: "ana@example.com", business_owner: "bia@example.com" },
  schedule: { enabled: true, cron: "0 6 * * 1-5", timezone: "America/Sao_Paulo", overlap: "skip" },
  runtime: {
    python_version: "3.11",
    requirements_file: "requirements.txt",
    env_vars: { LEVEL: "info" },
    secrets: { TOKEN: "ssm:/esteira/dev/recsys/token" },
  },
  params: { date: { default: "today", description: "which day" } },
  batch: {
    enabled: true,
    orchestrator: "step_functions",
    pipeline: {
      steps: [
        {
          id: "extract",
          name: "Extract",
          command: "python steps/extract_features.py",
          resources: { cpu: 1, memory_gb: 2 },
        },
        {
          id: "score",
          command: "python steps/score_model.py",
          resources: { cpu: 2, memory_gb: 4 },
          depends_on: ["extract"],
          for_each: { from: "extract/list.json", max_concurrency: 4 },
          retry: { interval_seconds: 5, backoff_rate: 2 },
        },
      ],
    },
  },
  infra: { compute: { provider: "ec2", ec2_type: "m5.large", min_quantity: 0, max_quantity: 2 } },
  notifications: { on_failure: ["ana@example.com", "https://hooks.example.com/x"] },
  checks: { auc: { min: 0.7 } },
  environments: { dev: { schedule: { enabled: false } } },
};

export const workspace: Json = {
  workspace: "ml",
  projects: "src/projects/*",
  branches: { feature: "feature/{project}-*", environments: { dev: "dev", prd: "master" } },
  environments: {
    dev: {
      platform: "aws",
      account_id: "123456789012",
      region: "us-east-1",
      vpc_id: "vpc-1",
      subnet_ids: ["subnet-1"],
      mlflow: { tracking_uri: "https://mlflow.example.com", gate: "warn" },
      mail: { transport: "ses", from: "ml@example.com" },
    },
    local: { platform: "local", executor: "process", max_parallel: 2 },
  },
  pools: { database: 2 },
};

const jsonataDefinition: Json = {
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: {
    Begin: {
      Type: "Pass",
      Output: "{% {'n': $states.input.n + 1} %}",
      Assign: { a: 1 },
      Next: "If",
    },
    If: {
      Type: "Choice",
      Choices: [{ Condition: "{% $a > 0 and $contains('abc', /b+/) %}", Next: "Each" }],
      Default: "Stop",
    },
    Each: {
      Type: "Map",
      Items: "{% [1..3] %}",
      ItemProcessor: { StartAt: "T", States: { T: { Type: "Task", Resource: "x", End: true } } },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Stop" }],
      Next: "Later",
    },
    Later: { Type: "Wait", Seconds: 5, End: true },
    Stop: { Type: "Fail", Error: "No", Cause: "{% $string($a) %}" },
  },
};

const jsonPathDefinition: Json = {
  StartAt: "Begin",
  States: {
    Begin: {
      Type: "Pass",
      Parameters: {
        "id.$": "States.Format('{}-{}', $.a, $$.State.Name)",
        "b.$": "$.b[?(@.c > 1)]",
      },
      ResultPath: "$.made",
      Next: "If",
    },
    If: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.a", StringMatches: "x*" },
            { Not: { Variable: "$.n", IsNull: true } },
          ],
          Next: "Both",
        },
      ],
      Default: "Both",
    },
    Both: {
      Type: "Parallel",
      Branches: [{ StartAt: "P", States: { P: { Type: "Pass", Result: [1], End: true } } }],
      Retry: [{ ErrorEquals: ["A"], MaxAttempts: 2, BackoffRate: 2 }],
      ResultSelector: { "x.$": "$[0]" },
      End: true,
    },
  },
};

export const batchLines: readonly Json[] = [
  {
    id: 1,
    definition: jsonataDefinition,
    input: { n: 1 },
    outcomes: [
      { state: "T", output: 2, seconds: 3 },
      { state: "T", error: "E", cause: "c" },
    ],
  },
  { id: "2", definition: jsonPathDefinition, input: { a: "xy", b: [{ c: 2 }], n: null } },
];

export const savedPlan: Json = {
  schema: 1,
  plan: { environment: "dev", projects: [{ project: "recsys", changes: [] }] },
  accountId: "123456789012",
  region: "us-east-1",
  plannedAt: 1,
  actor: "ana",
  adopt: false,
  options: { prune: true, known: ["recsys"], models: { recsys: { version: "3" } } },
  observed: { recsys: "abc" },
};

export const runInput: Json = {
  params: { date: "2026-01-01" },
  only: ["extract"],
  skip: ["score"],
  scheduled_time: "2026-01-01T06:00:00Z",
  origin: "run-1",
  trigger: "schedule",
  actor: "ana",
};

export const mlflowAnswers: readonly Json[] = [
  {
    name: "recsys",
    latest_versions: [
      { name: "recsys", version: "3", current_stage: "Production", run_id: "r", status: "READY" },
    ],
    aliases: [{ alias: "champion", version: "3" }],
  },
  {
    info: { run_id: "r" },
    data: { metrics: [{ key: "auc", value: 0.9 }], params: [{ key: "depth", value: "3" }] },
  },
];

export const registryAnswers: readonly Json[] = [
  {
    schemaVersion: 2,
    config: { digest, size: 1, mediaType: "application/vnd.oci.image.config.v1+json" },
    layers: [{ digest, size: 2, mediaType: "application/vnd.oci.image.layer.v1.tar" }],
  },
  { manifests: [{ digest, size: 1, platform: { os: "linux", architecture: "amd64" } }] },
  { architecture: "amd64", config: { Labels: { a: "b" } } },
  { errors: [{ code: "DENIED", message: "no" }] },
  'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull"',
];

export const events: readonly Json[] = [
  {
    source: "aws.states",
    detail: { executionArn: "arn:aws:states:a", stateMachineArn: "arn:aws:states:b" },
  },
  { esteira: "test", project: "recsys", recipients: ["ana@example.com"], actor: "ana" },
  { esteira: "retry", project: "recsys", run: "run-1" },
  {
    pull_request: {
      number: 7,
      head: { ref: "feature/recsys-x", sha: "a", repo: { full_name: "fork/ml" } },
      base: { ref: "dev", sha: "b", repo: { full_name: "acme/ml" } },
    },
  },
  { before: "0000", ref: "refs/heads/dev" },
  { merge_group: { base_sha: "a" } },
];

export const policy: Json = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "A",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: "arn:aws:s3:::b/*",
      Condition: { StringEquals: { "aws:ResourceTag/a": ["b"] } },
    },
  ],
};

export const consoleRequest: Json = {
  params: { top: "10" },
  from: "score",
  only: ["score"],
  release: "same",
  enabled: true,
  reason: "the source is down",
};
