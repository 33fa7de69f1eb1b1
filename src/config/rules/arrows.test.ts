import { expect, test } from "vitest";

import { checkTexts, lines } from "../fixtures/checked.ts";

const project = (name: string, schedule: string): string =>
  `project_name: ${name}\nversion: "1.0"\nschedule: ${schedule}\n`;
const clock = '{ cron: "0 3 * * *" }';

test("a project follows others, in one of two ways to write it", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    projects: {
      features: project("features", clock),
      scores: project("scores", "{ after: [features, features], timezone: America/Sao_Paulo }"),
      reports: project("reports", "{ after: { projects: [scores], match: time } }"),
    },
  });
  expect(lines(diagnostics)).toEqual([]);
  const schedules = [...byEnvironment.values()][0]?.map(({ schedule }) => schedule);
  expect(schedules).toEqual([
    expect.objectContaining({ cron: "0 3 * * *" }),
    {
      enabled: true,
      after: { projects: ["features"], match: "day" },
      timezone: "America/Sao_Paulo",
      overlap: "allow",
      deadline: undefined,
      flexibleWindowMinutes: undefined,
    },
    expect.objectContaining({ after: { projects: ["scores"], match: "time" } }),
  ]);
});

test("a project that there isn't, and circles, are refused where they are written", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    workspace: "environments:\n  lab: { platform: local }\n",
    projects: {
      features: project("features", clock),
      scores: project("scores", "{ after: [feature] }"),
      a: project("a", "{ after: [c] }"),
      b: project("b", "{ after: [a] }"),
      c: project("c", "{ after: { projects: [features, b] } }"),
      self: project("self", clock) + "environments: { lab: { schedule: { after: [self] } } }\n",
    },
  });
  expect(lines(diagnostics)).toEqual([
    'scores/config.yaml:3:13 [after] error config/unknown-project: schedule.after names "feature", and there is no such project; did you mean "features"?',
    "a/config.yaml:3:13 [after] error config/project-cycle: projects wait for each other: a waits for c, c waits for b, b waits for a; remove one of them from the other's schedule.after (c/config.yaml:3: c waits for b) (b/config.yaml:3: b waits for a)",
    "self/config.yaml:4:36 [after] error config/project-cycle: projects wait for each other: self waits for self (in lab); remove one of them from the other's schedule.after",
  ]);
  expect([...(byEnvironment.values().next().value ?? [])].map(({ name }) => name)).toEqual([
    "features",
    "b",
    "c",
    "self",
  ]);
});

const aws = `environments:
  prd: {platform: aws, account_id: 111111111111, region: us-east-1, vpc_id: vpc-00000001, subnet_ids: [subnet-00000001], ecr_repository: ml, artifacts_uri: "s3://lake/ml"}
`;
const inCloud = (name: string, schedule: string, publishes: string): string =>
  `${project(name, schedule)}publishes: [${publishes}]\ninfra: {compute: {ec2_type: t3.large}}\nmodel: {required: false}\n`;
const published = (uri: string) => `{uri: "${uri}", fresh_within: 26h}`;

const said = (workspace: string, projects: Readonly<Record<string, string>>) =>
  lines(checkTexts({ workspace, environment: "prd", projects }).diagnostics);

test("a circle through data that a project publishes and another waits for is refused, whole", () => {
  const other = published("s3://lake/other/");
  expect(
    said(aws, {
      orders: inCloud(
        "orders",
        '{ on: { s3: "s3://lake/scores/*.csv" } }',
        `${other}, ${published("s3://lake/orders/")}`,
      ),
      prices: inCloud("prices", '{ on: { s3: "s3://lake/raw/" } }', published("s3://lake/prices/")),
      scores: inCloud("scores", "{ after: [prices, orders] }", published("s3://lake/scores/")),
    }),
  ).toMatchInlineSnapshot(`
    [
      "orders/config.yaml:3:23 ["s3://lake/scores/*.csv"] error config/project-cycle: projects wait for each other: orders waits for data of scores in s3://lake/scores/, scores waits for orders (in prd); remove one of them from the other's schedule.after, or let schedule.on of one of them name a place that no other writes to (scores/config.yaml:4: scores publishes it here) (scores/config.yaml:3: scores waits for orders)",
    ]
  `);
});

test("arrows of data alone make circles too, by artifacts and by what is published", () => {
  expect(
    said(aws, {
      orders: inCloud(
        "orders",
        '{ on: { s3: "s3://lake/ml/scores/" } }',
        published("s3://orders-lake/a.csv"),
      ),
      scores: inCloud(
        "scores",
        '{ on: { s3: "s3://orders-lake/*.csv" } }',
        published("s3://lake/scores/"),
      ),
    }),
  ).toMatchInlineSnapshot(`
    [
      "orders/config.yaml:3:23 ["s3://lake/ml/scores/"] error config/project-cycle: projects wait for each other: orders waits for artifacts of scores in s3://lake/ml/scores/, scores waits for data of orders in s3://orders-lake/a.csv (in prd); let schedule.on of one of them name a place that no other writes to (scores/config.yaml:3: scores waits for data of orders in s3://orders-lake/a.csv) (orders/config.yaml:4: orders publishes it here)",
    ]
  `);
});

test("on one machine it is watched folders, and only where each of them is watched", () => {
  const local = (name: string, schedule: string, uri: string) =>
    `${project(name, schedule)}publishes: [${published(uri)}]\n`;
  const { diagnostics } = checkTexts({
    workspace: "environments:\n  lab: { platform: local }\n",
    projects: {
      orders: local("orders", "{ after: [scores] }", "file:./data/orders/"),
      prices: local("prices", '{ on: { files: "/mnt/share/*.csv" } }', "file:data/prices/"),
      scores:
        local("scores", clock, "file:///mnt/share/") +
        'environments: { lab: { schedule: { on: { files: "data/*/new.csv" } } } }\n',
    },
  });
  expect(lines(diagnostics)).toMatchInlineSnapshot(`
    [
      "orders/config.yaml:3:13 [after] error config/project-cycle: projects wait for each other: orders waits for scores, scores waits for data of orders in file:./data/orders/ (in lab); remove one of them from the other's schedule.after, or let schedule.on of one of them name a place that no other writes to (scores/config.yaml:5: scores waits for data of orders in file:./data/orders/) (orders/config.yaml:4: orders publishes it here)",
    ]
  `);
});

test("data that goes one way only is no circle", () => {
  expect(
    said(aws, {
      orders: inCloud("orders", clock, published("s3://lake/orders/")),
      scores: inCloud(
        "scores",
        '{ after: [orders], on: { s3: "s3://lake/orders/*.csv" } }',
        published("s3://lake/scores/"),
      ),
      reports: inCloud(
        "reports",
        '{ after: [scores], on: { s3: "s3://lake/orders/" } }',
        published("s3://other/orders/"),
      ),
    }),
  ).toEqual([]);
});
