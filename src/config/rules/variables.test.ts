import { expect, test } from "vitest";
import { AWS_WORKSPACE, linesOf } from "../fixtures/checked.ts";

const variables = (text: string) => linesOf(`runtime:\n  env_vars: {${text}}`).join("\n");
const secrets = (text: string) => linesOf(`runtime:\n  secrets: {${text}}`).join("\n");

test("reserved names", () => {
  expect(variables("AWS_EXECUTION_ENV: x, ECS_X: y, ESTEIRA_RUN_ID: 4, AWS_REGION: us-east-1"))
    .toMatchInlineSnapshot(`
    "2:14 [AWS_EXECUTION_ENV] error config/reserved-variable: the variable AWS_EXECUTION_ENV is set by AWS; choose another name
    2:36 [ECS_X] error config/reserved-variable: the variable ECS_X is set by AWS; choose another name
    2:46 [ESTEIRA_RUN_ID] error config/reserved-variable: the variable ESTEIRA_RUN_ID is set by Esteira; choose another name"
  `);
  expect(secrets('ESTEIRA_X: "ssm:x"')).toMatchInlineSnapshot(
    `"2:13 [ESTEIRA_X] error config/reserved-variable: the variable ESTEIRA_X is set by Esteira; choose another name"`,
  );
  expect(
    linesOf("batch: {pipeline: {steps: [{id: a, command: x, env_vars: {ESTEIRA_ITEM: 1}}]}}").join(
      "\n",
    ),
  ).toMatchInlineSnapshot(
    `"1:59 [ESTEIRA_ITEM] error config/reserved-variable: the variable ESTEIRA_ITEM is set by Esteira; choose another name"`,
  );
});

test("ENV is the environment's name", () => {
  expect(variables("ENV: local")).toBe("");
  expect(variables("ENV: dev")).toMatchInlineSnapshot(
    `"2:19 [dev] warning config/env-is-set: ENV is always the environment's name; the value "dev" is not used; remove the line"`,
  );
  const infra = "infra: {compute: {ec2_type: t3.large}}";
  expect(
    linesOf(`runtime: {env_vars: {ENV: dev}}\n${infra}`, { workspace: AWS_WORKSPACE }).join("\n"),
  ).toMatchInlineSnapshot(
    `"1:27 [dev] warning config/env-is-set: ENV is always the environment's name; the value "dev" is not used (in local, prd); remove the line"`,
  );
});

test("secrets aren't in plain text", () => {
  expect(variables("DB_PASSWORD: hunter2, AWS_SECRET_ACCESS_KEY: x, TOKENIZER: bpe, API_KEY: ''"))
    .toMatchInlineSnapshot(`
    "2:14 [DB_PASSWORD] warning config/plain-secret: DB_PASSWORD looks like a secret in plain text; store it and name it under runtime.secrets, as in DB_PASSWORD: "ssm:db_password"
    2:36 [AWS_SECRET_ACCESS_KEY] error config/plain-secret: AWS_SECRET_ACCESS_KEY doesn't belong in a file; a step has the rights of its role; set infra.task_role_arn, or remove the line"
  `);
});

test("a password in an address, and the address of a webhook, are secrets too", () => {
  expect(
    variables(
      'DATABASE_URL: "postgresql://ana:hunter2@db/x", SECRET_KEY: abc, SLACK_WEBHOOK_URL: "https://h.example.com/x"',
    ),
  ).toMatchInlineSnapshot(`
    "2:14 [DATABASE_URL] warning config/plain-secret: the address in DATABASE_URL has a password in plain text; store it and name it under runtime.secrets, as in DATABASE_URL: "ssm:database_url"
    2:61 [SECRET_KEY] warning config/plain-secret: SECRET_KEY looks like a secret in plain text; store it and name it under runtime.secrets, as in SECRET_KEY: "ssm:secret_key"
    2:78 [SLACK_WEBHOOK_URL] warning config/plain-secret: SLACK_WEBHOOK_URL looks like a secret in plain text; store it and name it under runtime.secrets, as in SLACK_WEBHOOK_URL: "ssm:slack_webhook_url""
  `);
  expect(
    variables('A: "https://h.example.com/a:b@c", B: "s3://bucket/x", WEBHOOKS: "2", KEY_ID: "x"'),
  ).toBe("");
});

test("secrets are references, and their text is never repeated", () => {
  expect(
    secrets('A: "ssm:db/password", B: "secretsmanager:maps:key", C: "secretsmanager:maps"'),
  ).toBe("");
  const wrong = secrets(
    'A: hunter2, B: "ssm:/esteira/dev/a", C: "ssm:a:key", D: "ssm:../other/a", E: "vault:x"',
  );
  expect(wrong).toMatchInlineSnapshot(`
    "2:16 [*******] error config/secret-reference: A must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; names have letters, digits, dots, hyphens, underscores and slashes; the value itself is never written here
    2:28 [********************] error config/secret-reference: B must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; leave out the path: names are below /esteira/{environment}/{project}/
    2:53 [***********] error config/secret-reference: C must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; names have letters, digits, dots, hyphens, underscores and slashes; the value itself is never written here
    2:69 [****************] error config/secret-reference: D must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; names have letters, digits, dots, hyphens, underscores and slashes; the value itself is never written here
    2:90 [*********] error config/secret-reference: E must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; names have letters, digits, dots, hyphens, underscores and slashes; the value itself is never written here"
  `);
  expect(wrong).not.toContain("hunter2");
  expect(secrets('A: "shared:warehouse_db"')).toBe("");
  expect(secrets('A: "shared:/a", B: "shared:a/b", C: "shared:a:key"')).toMatchInlineSnapshot(`
    "2:16 [***********] error config/secret-reference: A must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; leave out the path: names are below /esteira/{environment}/{project}/
    2:32 [************] error config/secret-reference: B must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; the name of a shared secret has letters, digits and underscores, and doesn't start with a digit
    2:49 [**************] error config/secret-reference: C must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME; the name of a shared secret has letters, digits and underscores, and doesn't start with a digit"
  `);
  expect(secrets(`A: "ssm:${"a/".repeat(12)}b"`)).toMatchInlineSnapshot(
    `"2:16 ["ssm:a/a/a/a/a/a/a/a/a/a/a/a/b"] error config/secret-reference: the name of the secret A is too deep for AWS; use at most 11 slashes"`,
  );
});

test("a name is a variable or a secret", () => {
  expect(
    linesOf('runtime:\n  env_vars: {A: 1}\n  secrets: {A: "ssm:a"}').join("\n"),
  ).toMatchInlineSnapshot(
    `"2:14 [A] error config/secret-and-variable: A is both a variable and a secret; remove one of the two (recsys/config.yaml:3: the secret is named here)"`,
  );
});

test("all variables fit a task definition", () => {
  expect(variables(`A: "${"x".repeat(50_000)}"`)).toMatchInlineSnapshot(
    `"2:3 [env_vars] error config/variables-too-large: env_vars has 50,008 bytes; a task definition has room for about 49,152; put large values into a file of the project"`,
  );
});
