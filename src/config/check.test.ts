import { describe, expect, test } from "vitest";
import { AWS_WORKSPACE, checkTexts, missionConfig, lines, linesOf } from "./fixtures/checked.ts";

describe("the mission's config, word for word", () => {
  test("has no error; ENV is reported where it isn't the environment's name", () => {
    const { diagnostics } = checkTexts({
      workspace: AWS_WORKSPACE,
      projects: { recsys: missionConfig },
    });
    expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(
      `"recsys/config.yaml:19:10 ["dev"] warning config/env-is-set: ENV is always the environment's name; the value "dev" is not used (in local, prd); remove the line"`,
    );
    const onlyDev = checkTexts({
      workspace: "environments: {local: {}}",
      projects: { recsys: missionConfig.replace('ENV: "dev"', 'ENV: "local"') },
    });
    expect(onlyDev.diagnostics).toEqual([]);
  });
});

test("a key that doesn't exist hides nothing else: it counts as the one that was meant", () => {
  const text = `schedul: {cron: "0 25 * * *"}
batch:
  pipeline:
    steps:
      - {id: a, comand: x, resources: {memroy_gb: 500}}
      - {id: b, command: x}
      - {id: b, command: x, zzz: 1}`;
  expect(linesOf(text).join("\n")).toMatchInlineSnapshot(`
    "5:40 [memroy_gb] error config/unknown-key: there is no field "memroy_gb" in batch.pipeline.steps[0].resources; did you mean "memory_gb"?
    5:17 [comand] error config/unknown-key: there is no field "comand" in batch.pipeline.steps[0]; did you mean "command"?
    7:29 [zzz] error config/unknown-key: there is no field "zzz" in batch.pipeline.steps[2]; the fields in batch.pipeline.steps[2] are id, command, name, depends_on, resources, timeout_seconds, retries, retry, env_vars, sample_env, for_each, pools, outputs, inputs, cache
    1:1 [schedul] error config/unknown-key: there is no field "schedul" at the top; did you mean "schedule"?
    1:1 [schedul] error cron/out-of-range: the hour "25" of cron is out of range; hour is a number from 0 to 23
    7:14 [b] error config/duplicate-step: two steps have the id "b"; give one of them another id (recsys/config.yaml:6: the first one is here)"
  `);
});

test("a problem that only one environment has is where that environment writes it, and says so", () => {
  const lines = linesOf(
    `infra: {compute: {ec2_type: t3.large}}
batch: {pipeline: {steps: [{id: a, command: x}, {id: b, command: x}]}}
environments:
  prd:
    infra: {compute: {min_quantity: 5, max_quantity: 2}}
    batch:
      pipeline:
        steps:
          - {id: b, resources: {memory_gb: 8}}
          - {id: c}
  dev:
    schedule: {cron: "0 0 1 * 1"}`,
    { workspace: AWS_WORKSPACE },
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "10:18 [c] error config/unknown-step: the overlay of prd changes step "c", which is not a step of this pipeline; there are "a", "b"
    12:27 [1 * 1] error cron/both-day-fields: cron restricts both day of month ("1") and day of week ("1"), which no single EventBridge schedule can say (in dev); restrict one of the two: "0 0 1 * *" or "0 0 * * 1"
    5:37 [5] error config/quantities: min_quantity (5) is more than max_quantity (2) (in prd); raise max_quantity or lower min_quantity (recsys/config.yaml:5: max_quantity is set here)
    9:44 [8] error config/step-too-big: step "b" needs 8 GB, but of the 8 GB of t3.large about 7.1 GB are left for steps: it would wait for a machine that never comes (in prd); ask for at most 7.1, or choose a larger type such as t3.xlarge (recsys/config.yaml:1: t3.large is chosen here)"
  `);
});

test("the schema's problems, all at once, in plain words", () => {
  const lines = linesOf(`schedul: {}
description: [a]
owners: {tech_owner: 7, business: x}
schedule:
  enabled: yes
  retries: "3"
  timeout_seconds: 3,600s
  overlap: skpi
  cron:
  deadline: 25:00
notifications:
  on_success: ml@example.com
infra:
  compute: {provider: gcp, memory_gb: 3, max_quantity: 0, spot: 1}
params: {Start: {default: 1}, ok: {}}
runtime: {env_vars: {A: , 9x: 1, D: {a: 1}}, cron: x, zzz: 1}
batch:
  pipeline:
    steps:
      - name: x
        resources: {cpu: .inf, memory_gb: 4GB, gpu: 1.5}
        retries: 99
        for_each: {items: [.nan], max_concurrency: 10001}
      - id: a
        command: ""
      - x
    stages: []
environments: {DEV: {}, dev: {project_name: x, version: 2}}
project_name:
`);
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "29:1 [project_name] error config/empty-field: project_name is empty; give it a value, or remove the line
    1:1 [schedul] error config/missing-field: version is missing; add "version:". Becomes the image's tag; starts with a digit, such as 1.0.0.
    2:1 [description] error config/wrong-type: description must be text, not a list; write it as one text: "a"
    3:25 [business] error config/unknown-key: there is no field "business" in owners; did you mean "business_owner"?
    5:12 [yes] error config/wrong-type: enabled must be true or false, not the text "yes"; write true, without quotes
    9:3 [cron] error config/empty-field: cron is empty; give it a value, or remove the line
    7:20 [3,600s] error config/wrong-type: timeout_seconds must be a number, not the text "3,600s"; write 3600, without quotes or a unit
    6:12 ["3"] error config/wrong-type: retries must be a number, not the text "3"; write 3, without quotes or a unit
    8:12 [skpi] error config/not-allowed: overlap must be "allow" or "skip", not "skpi"; did you mean "skip"?
    10:13 [25:00] error config/bad-format: deadline must be a time of the day from "00:00" to "23:59", not "25:00"; Time of the day, in \`timezone\`, by which the run of that day must be done; otherwise people are notified.
    16:22 [A] error config/empty-field: A is empty; give it a value, or remove the line
    16:27 [9x] error config/bad-format: the name "9x" must be a name of letters, digits and underscores that doesn't start with a digit; rename it
    16:34 [D] error config/wrong-type: D must be text, not a group of fields; The variable's value; always text in the step.
    16:46 [cron] error config/unknown-key: there is no field "cron" in runtime; cron belongs in schedule
    16:55 [zzz] error config/unknown-key: there is no field "zzz" in runtime; the fields in runtime are python_version, requirements_file, dockerfile, packages, index, env_vars, secrets
    15:10 [Start] error config/bad-format: the name "Start" must be a name such as start_date: a lower-case letter, then lower-case letters, digits and underscores; rename it
    15:31 [ok] error config/missing-field: default is missing; add "default:". The value where a run is given none.
    14:23 [gcp] error config/not-allowed: provider must be "ec2", not "gcp"; write "ec2"
    14:56 [0] error config/out-of-range: max_quantity must be at least 1, not 0; choose 1 or more
    14:65 [1] error config/wrong-type: spot must be true or false, not 1; Whether instances are spot instances. Default: false.
    14:28 [memory_gb] error config/unknown-key: there is no field "memory_gb" in infra.compute; memory_gb belongs in batch.pipeline.steps[].resources
    12:15 [ml@example.com] error config/wrong-type: on_success must be a list, not the text "ml@example.com"; write a list: a line for each, starting with "- "
    20:9 [name] error config/missing-field: id is missing; add "id:". Names the step in states, logs and paths: letters, digits, hyphens and underscores.
    20:9 [name] error config/missing-field: command is missing; add "command:". Shell command line, run in the project's folder.
    21:26 [.inf] error config/wrong-type: cpu must be a number, not Infinity; Virtual CPUs; fractions are allowed. Default: 1.
    21:43 [4GB] error config/wrong-type: memory_gb must be a number, not the text "4GB"; write 4, without quotes or a unit
    21:53 [1.5] error config/wrong-type: gpu must be a whole number, not 1.5; GPUs; the instance types must have them. Default: 0.
    22:18 [99] error config/out-of-range: retries must be at most 20, not 99; choose 20 or less
    23:28 [.nan] error config/wrong-type: item 1 of items can't be NaN; numbers must be finite; everything else that JSON knows is allowed
    23:52 [10001] error config/out-of-range: max_concurrency must be at most 10000, not 10001; choose 10000 or less
    25:18 [""] error config/out-of-range: command is an empty text; give it a value, or remove the line
    26:9 [x] error config/wrong-type: item 3 of steps must be a group of fields, not the text "x"; write its fields, each on a separate line and indented: id, command, name, depends_on, resources, timeout_seconds, retries, retry, env_vars, sample_env, for_each, pools, outputs, inputs, cache
    27:5 [stages] error config/unknown-key: there is no field "stages" in batch.pipeline; the fields in batch.pipeline are steps, definition
    28:16 [DEV] error config/bad-format: the name "DEV" must be a name such as dev: a lower-case letter, then up to 19 lower-case letters, digits and hyphens; rename it
    28:31 [project_name] error config/unknown-key: there is no field "project_name" in environments.dev; project_name belongs at the top of the file
    28:48 [version] error config/unknown-key: there is no field "version" in environments.dev; version belongs at the top of the file
    1:1 [schedul] error config/unknown-key: there is no field "schedul" at the top; did you mean "schedule"?"
  `);
});

test("a file with very many problems is cut", () => {
  const lines = linesOf(Array.from({ length: 80 }, (_, index) => `wrong${index}: 1`).join("\n"));
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe(
    " error file/too-many-problems: 30 more problems of this file are not shown; fix the first ones and check again",
  );
});

test("an environment that isn't there", () => {
  const { diagnostics } = checkTexts({ projects: {}, environment: "prod" });
  expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(
    `"nowhere error workspace/unknown-environment: there is no environment "prod"; there is only "local""`,
  );
});
