import { expect, test } from "vitest";

import { checkTexts, lines as linesOfAll, linesOf } from "../fixtures/checked.ts";

const lines = (on: string, more = "") => linesOf(`schedule: {on: ${on}${more}}`).join("\n");

test.each([
  '{s3: "s3://acme-in/orders/*.csv", debounce: 5m}',
  '{s3: "s3://acme-in", files: data/incoming/}',
  '{files: "/mnt/share/in/**/*.parquet", debounce: 24h}',
])("%s is understood", (on) => {
  expect(lines(on)).toBe("");
});

test("it beside a clock and other projects", () => {
  expect(linesOf('schedule: {enabled: true, on: {files: "in/*"}}')).toEqual([]);
  expect(linesOf('schedule: {cron: "0 3 * * *", on: {files: "in/*"}}')).toEqual([]);
});

test("what is no source", () => {
  const written = [
    "{debounce: 5m}",
    '{s3: "acme-in/orders"}',
    '{s3: "s3://Acme_In/x"}',
    '{s3: "s3://10.0.0.1/x"}',
    '{s3: "s3://acme-in//x"}',
    '{s3: "s3://acme-in/**.csv"}',
    '{s3: "s3://acme-in/[ab].csv"}',
    '{files: "../in/*.csv"}',
    '{files: "~/in/*.csv"}',
    '{files: "s3://acme-in/*.csv"}',
    '{files: "in//a.csv"}',
    "{files: '/'}",
    '{files: "in\\\\*.csv"}',
  ];
  expect(written.map((on) => lines(on)).join("\n")).toMatchInlineSnapshot(`
    "1:12 [on] error config/on-source: schedule.on doesn't say what starts the project; add s3: "s3://bucket/prefix/*.csv" for AWS, files: "data/incoming/*.csv" for one machine, or both
    1:21 ["acme-in/orders"] error config/on-source: "acme-in/orders" is not an address of S3; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:21 ["s3://Acme_In/x"] error config/on-source: "s3://Acme_In/x" doesn't begin with the name of a bucket; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:21 ["s3://10.0.0.1/x"] error config/on-source: "s3://10.0.0.1/x" doesn't begin with the name of a bucket; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:21 ["s3://acme-in//x"] error config/on-source: "s3://acme-in//x" has an empty part; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:21 ["s3://acme-in/**.csv"] error config/on-source: "s3://acme-in/**.csv" has \`**\` beside other characters; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:21 ["s3://acme-in/[ab].csv"] error config/on-source: "s3://acme-in/[ab].csv" has brackets, which stand for nothing here; write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"
    1:24 ["../in/*.csv"] error config/on-source: "../in/*.csv" leads out of the folder; write a path or a pattern, as in "data/incoming/*.csv"
    1:24 ["~/in/*.csv"] error config/on-source: "~/in/*.csv" is in somebody's home; write a path or a pattern, as in "data/incoming/*.csv"
    1:24 ["s3://acme-in/*.csv"] error config/on-source: "s3://acme-in/*.csv" is not a path on this machine; write a path or a pattern, as in "data/incoming/*.csv"
    1:24 ["in//a.csv"] error config/on-source: "in//a.csv" has an empty part or a \`.\`; write a path or a pattern, as in "data/incoming/*.csv"
    1:24 ['/'] error config/on-source: "/" names no files; write a path or a pattern, as in "data/incoming/*.csv"
    1:24 ["in\\\\*.csv"] error config/on-source: "in\\\\*.csv" has a backslash; write a path or a pattern, as in "data/incoming/*.csv""
  `);
});

test("a debounce is from a minute to a day", () => {
  expect(
    [
      lines("{files: in/*, debounce: 30s}"),
      lines("{files: in/*, debounce: 2d}"),
      lines("{files: in/*, debounce: often}"),
    ].join("\n"),
  ).toMatchInlineSnapshot(`
    "1:40 [30s] error config/on-debounce: debounce is 30s; it may be from 1m to 24h; for a run at a certain time of the day use cron
    1:40 [2d] error config/on-debounce: debounce is 2d; it may be from 1m to 24h; for a run at a certain time of the day use cron
    1:40 [often] error config/bad-format: debounce must be a time such as 30m, 12h or 7d, not "often"; One run for all that arrives until nothing has for so long, from 1m to 24h. Default: one run for each object or file."
  `);
});

test("data of a run that is skipped starts no other one", () => {
  expect(lines("{files: in/*}", ", overlap: skip")).toMatchInlineSnapshot(
    `"1:40 [skip] warning config/on-overlap: with overlap: skip, data that arrives while a run goes starts a run that is skipped, and no other one; remove the line, or read in each run whatever is there"`,
  );
});

const workspace = [
  "workspace: acme",
  "environments:",
  "  prd:",
  "    platform: aws",
  '    account_id: "123456789012"',
  "    region: us-east-1",
  "    vpc_id: vpc-0a1b2c3d4e5f60718",
  "    subnet_ids: [subnet-0a1b2c3d4e5f60718]",
  "    ecr_repository: ml",
  '    artifacts_uri: "s3://lake/ml"',
  "    suffix: -prd",
].join("\n");

const inPrd = (on: string, publishes = "") =>
  linesOfAll(
    checkTexts({
      workspace,
      environment: "prd",
      projects: {
        scores: [
          "project_name: scores",
          'version: "1.0.0"',
          `schedule: {on: ${on}}`,
          "infra: {compute: {ec2_type: t3.large}}",
          "model: {required: false}",
          publishes,
        ].join("\n"),
      },
    }).diagnostics,
  );

test("files start nothing on AWS, and what a project writes itself starts it nowhere", () => {
  const found = [
    "{files: in/*}",
    '{s3: "s3://lake/ml/scores/*/*.csv"}',
    '{s3: "s3://lake/**/*.csv"}',
    '{s3: "s3://lake/esteira/"}',
    '{s3: "s3://lake/raw/*.csv"}',
    '{s3: "s3://other/"}',
    '{files: ".esteira/artifacts/scores/", s3: "s3://other/"}',
  ].flatMap((on) => inPrd(on));
  expect(found.join("\n")).toMatchInlineSnapshot(`
    "scores/config.yaml:3:17 [files] warning config/on-not-here: files start the project on one machine only, and prd is on AWS (in prd); add s3: "s3://bucket/prefix/*.csv"
    scores/config.yaml:3:21 ["s3://lake/ml/scores/*/*.csv"] error config/on-loop: "s3://lake/ml/scores/*/*.csv" may match the project's own artifacts: a run would start the next one, for ever (in prd); name a place that the project doesn't write to
    scores/config.yaml:3:21 ["s3://lake/**/*.csv"] error config/on-loop: "s3://lake/**/*.csv" may match the project's own artifacts: a run would start the next one, for ever (in prd); name a place that the project doesn't write to
    scores/config.yaml:3:21 ["s3://lake/esteira/"] error config/on-loop: "s3://lake/esteira/" may match what Esteira writes itself: a run would start the next one, for ever (in prd); name a place that the project doesn't write to
    scores/config.yaml:3:24 [".esteira/artifacts/scores/"] error config/on-loop: ".esteira/artifacts/scores/" may match what Esteira writes itself: a run would start the next one, for ever (in local); name a place that the project doesn't write to"
  `);
});

test("what a project publishes starts it nowhere", () => {
  const publishes =
    'publishes: [{uri: "s3://lake/scores/", fresh_within: 26h}, {uri: "s3://lake/last.csv", fresh_within: 26h}]';
  const found = [
    '{s3: "s3://lake/scores/*/x.csv"}',
    '{s3: "s3://lake/l*.csv"}',
    '{s3: "s3://lake/raw/*.csv"}',
    '{s3: "s3://other/scores/*.csv"}',
  ].flatMap((on) => inPrd(on, publishes));
  const files = 'publishes: [{uri: "file:data/scores/", fresh_within: 26h}]';
  found.push(...linesOf(`schedule: {on: {files: "data/**/*.csv"}}\n${files}`));
  found.push(...linesOf(`schedule: {on: {files: "data/in/*.csv"}}\n${files}`));
  expect(found.join("\n")).toMatchInlineSnapshot(`
    "scores/config.yaml:3:21 ["s3://lake/scores/*/x.csv"] error config/on-loop: "s3://lake/scores/*/x.csv" may match what it publishes, s3://lake/scores/: a run would start the next one, for ever (in prd); name a place that the project doesn't write to
    scores/config.yaml:3:21 ["s3://lake/l*.csv"] error config/on-loop: "s3://lake/l*.csv" may match what it publishes, s3://lake/last.csv: a run would start the next one, for ever (in prd); name a place that the project doesn't write to
    1:24 ["data/**/*.csv"] error config/on-loop: "data/**/*.csv" may match what it publishes, file:data/scores/: a run would start the next one, for ever; name a place that the project doesn't write to"
  `);
});
