import { expect, test } from "vitest";
import { AWS_WORKSPACE, checkTexts, lines } from "../fixtures/checked.ts";

const linesOfWorkspace = (workspace: string) =>
  lines(checkTexts({ workspace, projects: {} }).diagnostics).join("\n");

const aws = (rest: string) =>
  `{platform: aws, account_id: 111111111111, region: us-east-1, vpc_id: vpc-00000001, subnet_ids: [subnet-00000001], ecr_repository: ml${rest}}`;

test("a workspace with AWS", () => {
  expect(linesOfWorkspace(AWS_WORKSPACE)).toBe("");
});

test("what is not a glob, pattern or branch", () => {
  expect(linesOfWorkspace("projects: ../x")).toMatchInlineSnapshot(
    `"esteira.yaml:1:11 [../x] error workspace/projects-glob: "../x" can't be searched for projects; name folders below this file, with "*" for any name, such as "src/projects/*""`,
  );
  expect(linesOfWorkspace("projects: src/**")).toMatchInlineSnapshot(
    `"esteira.yaml:1:11 [src/**] error workspace/projects-glob: "src/**" can't be searched for projects; name folders below this file, with "*" for any name, such as "src/projects/*""`,
  );
  expect(linesOfWorkspace("projects: ./")).toMatchInlineSnapshot(
    `"esteira.yaml:1:11 [./] error workspace/projects-glob: "./" can't be searched for projects; name folders below this file, with "*" for any name, such as "src/projects/*""`,
  );
  expect(linesOfWorkspace("projects: src/[ab]")).toMatchInlineSnapshot(
    `"esteira.yaml:1:11 [src/[ab]] error workspace/projects-glob: "src/[ab]" has signs of a glob other than "*"; name folders below this file, with "*" for any name, such as "src/projects/*""`,
  );
  expect(linesOfWorkspace("branches: {feature: feature/x, environments: {main: prd, dev: local}}"))
    .toMatchInlineSnapshot(`
    "esteira.yaml:1:21 [feature/x] error workspace/feature-pattern: the pattern of feature branches must have <project> once; write it as in "feature/<project>-<description>"
    esteira.yaml:1:53 [prd] error workspace/unknown-environment: branch main deploys to "prd", which is not an environment; there is only "local""
  `);
});

test("platforms", () => {
  expect(
    linesOfWorkspace(`environments:
  stg: {}
  local: {region: us-east-1}
  dev: {platform: aws, executor: docker}
  lab: {platform: local, vpc_id: vpc-00000001}`),
  ).toMatchInlineSnapshot(`
    "esteira.yaml:2:3 [stg] error workspace/missing-platform: environment stg doesn't say where it runs; add platform: aws, or platform: local
    esteira.yaml:3:11 [region] error workspace/wrong-platform: region means nothing in local, which runs on this machine; remove the line
    esteira.yaml:4:24 [executor] error workspace/wrong-platform: executor means nothing in dev, which runs on AWS; remove the line, or write platform: local
    esteira.yaml:5:26 [vpc_id] error workspace/wrong-platform: vpc_id means nothing in lab, which runs on this machine; remove the line, or write platform: aws
    esteira.yaml:4:3 [dev] error workspace/missing-field: environment dev is on AWS and lacks account_id, region, vpc_id, subnet_ids, ecr_repository; add account_id: "123456789012", region: us-east-1, vpc_id: vpc-0123456789abcdef0, subnet_ids: [subnet-0123456789abcdef0], ecr_repository: ml-images"
  `);
  expect(linesOfWorkspace("environments: {local: {platform: aws}}")).toMatchInlineSnapshot(
    `"esteira.yaml:1:34 [aws] error workspace/local-on-aws: the environment local runs on this machine, not on AWS; give the environment on AWS another name, such as dev"`,
  );
});

test("one subnet that is not a list is reported once", () => {
  expect(
    linesOfWorkspace(`environments: {dev: {platform: aws, subnet_ids: subnet-0123456789abcdef0}}`),
  ).toMatchInlineSnapshot(
    `"esteira.yaml:1:49 [subnet-0123456789abcdef0] error config/wrong-type: subnet_ids must be a list, not the text "subnet-0123456789abcdef0"; write a list: a line for each, starting with "- ""`,
  );
});

test("two environments in one place", () => {
  expect(
    linesOfWorkspace(`environments:\n  dev: ${aws("")}\n  prd: ${aws("")}`),
  ).toMatchInlineSnapshot(
    `"esteira.yaml:3:3 [prd] error workspace/environments-collide: dev and prd share account 111111111111 and region us-east-1, so they would overwrite each other; give one of them a suffix, as in suffix: "-prd", or another account or region (esteira.yaml:2: dev is here)"`,
  );
  expect(
    linesOfWorkspace(`environments:\n  dev: ${aws(', suffix: "-dev"')}\n  prd: ${aws("")}`),
  ).toBe("");
});

test("artifacts don't lie among the documents of any environment", () => {
  for (const folder of ["esteira/v1", "esteira/v1/", "esteira/v1/acme/prd/holds"]) {
    expect(
      linesOfWorkspace(`environments:\n  dev: ${aws(`, artifacts_uri: "s3://ml-data/${folder}"`)}`),
    ).toContain(
      `error workspace/artifacts-among-documents: the artifacts of dev would lie among what Esteira writes for itself, at esteira/v1/ of that bucket; name another folder, or the bucket alone`,
    );
  }
  for (const folder of ["", "/esteira", "/esteira/v10", "/data/esteira/v1"]) {
    expect(
      linesOfWorkspace(`environments:\n  dev: ${aws(`, artifacts_uri: "s3://ml-data${folder}"`)}`),
    ).toBe("");
  }
  // IAM would take these for patterns and variables.
  for (const sign of ["*", "?", "$"]) {
    expect(
      linesOfWorkspace(`environments:\n  dev: ${aws(`, artifacts_uri: "s3://ml-data/a${sign}"`)}`),
    ).toContain("config/bad-format");
  }
});

test("registries, promotion", () => {
  expect(linesOfWorkspace(`environments:\n  dev: ${aws(", registry_secret: ml/registry")}`)).toBe(
    "esteira.yaml:2:142 [registry_secret] error workspace/registry-secret: environment dev names a registry_secret, but no registry that it is for; remove it, or name the registry: instances pull from ECR by their role",
  );
  expect(
    linesOfWorkspace(`environments:\n  dev: ${aws(", registry: example.com/ml")}`),
  ).toMatchInlineSnapshot(
    `"esteira.yaml:2:142 [registry] error workspace/two-registries: environment dev names both an ECR repository and another registry; keep one of ecr_repository and registry (esteira.yaml:2: the ECR repository is here)"`,
  );
  expect(
    linesOfWorkspace(
      `environments:\n  dev: ${aws(', suffix: "-dev", promote_from: dev')}\n  prd: ${aws(", promote_from: stg")}`,
    ),
  ).toMatchInlineSnapshot(`
    "esteira.yaml:2:172 [dev] error workspace/unknown-environment: dev can't promote images from itself; there is only "prd"
    esteira.yaml:3:156 [stg] error workspace/unknown-environment: promote_from names "stg", which is not an environment on AWS; there is only "dev""
  `);
});

test("the gate and mail", () => {
  expect(
    linesOfWorkspace(`environments:
  local:
    mlflow: {tracking_uri: "http://x", stages: [Staging], alias: champion}
    mail: {transport: ses}
  lab: {platform: local, mail: {from: x}}
  dev: ${aws(", mail: {transport: smtp, from: x}")}
  prd: ${aws(', suffix: "-prd", mail: {transport: sns}')}`),
  ).toMatchInlineSnapshot(`
    "esteira.yaml:3:59 [alias] error workspace/stages-and-alias: the gate of local names both stages and an alias; keep one of the two; MLflow recommends aliases (esteira.yaml:3: the stages are here)
    esteira.yaml:4:23 [ses] error workspace/mail: mail can't go by ses from this machine; use transport: smtp, which any mail server takes
    esteira.yaml:4:5 [mail] error workspace/mail: mail by ses needs the sender's address; add from: esteira@example.com
    esteira.yaml:5:39 [x] error config/email: "x" is not an e-mail address; write it as in ml-team@example.com
    esteira.yaml:5:26 [mail] error workspace/mail: mail by smtp needs a mail server; add smtp: with host: and, where it isn't 587, port:
    esteira.yaml:6:160 [smtp] error workspace/mail: mail goes by ses or sns from AWS, not by smtp; use transport: ses, which verifies the sender's address or domain once"
  `);
});

test("formats", () => {
  expect(
    linesOfWorkspace(`workspace: "my workspace"
environments:
  Prod: {platform: aws}
  dev:
    platform: aws
    account_id: 12
    region: useast1
    vpc_id: vpc-1
    subnet_ids: []
    ecr_repository: ML
    suffix: dev
    artifacts_uri: bucket
    roles: {task: my-role, taks: x}
    log_retention_days: 8
    schedules: on
    mlflow: {stages: [Prod]}`),
  ).toMatchInlineSnapshot(`
    "esteira.yaml:1:12 ["my workspace"] error config/bad-format: workspace must be a name of letters, digits, dots, hyphens and underscores, at most 63 long, not "my workspace"; Name of the workspace; marks what belongs to it on AWS. Default: the folder's name.
    esteira.yaml:3:3 [Prod] error config/bad-format: the name "Prod" must be a name such as dev: a lower-case letter, then up to 19 lower-case letters, digits and hyphens; rename it
    esteira.yaml:15:16 [on] error config/not-allowed: schedules must be "as_configured" or "disabled", not "on"; write "as_configured" or "disabled"
    esteira.yaml:16:5 [mlflow] error config/missing-field: tracking_uri is missing; add "tracking_uri:". In every step as MLFLOW_TRACKING_URI.
    esteira.yaml:16:23 [Prod] error config/not-allowed: item 1 of stages must be "None", "Staging", "Production" or "Archived", not "Prod"; did you mean "Production"?
    esteira.yaml:6:17 [12] error config/bad-format: account_id must be an account of 12 digits, such as "123456789012", not "12"; AWS: the account, 12 digits.
    esteira.yaml:7:13 [useast1] error config/bad-format: region must be a region such as "us-east-1", not "useast1"; AWS: the region.
    esteira.yaml:8:13 [vpc-1] error config/bad-format: vpc_id must be a VPC such as "vpc-0123456789abcdef0", not "vpc-1"; AWS: the network that instances start in.
    esteira.yaml:9:5 [subnet_ids] error config/out-of-range: subnet_ids must have at least 1 element, not 0; choose 1 or more
    esteira.yaml:10:21 [ML] error config/bad-format: ecr_repository must be a repository name in lower case, such as "ml-images", not "ML"; AWS: name of the ECR repository of all images.
    esteira.yaml:11:13 [dev] error config/bad-format: suffix must be a hyphen and lower-case letters, digits or hyphens, such as "-dev", not "dev"; AWS: appended to the project's name in every resource name.
    esteira.yaml:12:20 [bucket] error config/bad-format: artifacts_uri must be a URI such as "s3://bucket/prefix", not "bucket"; AWS: where artifacts go. Default: the bootstrap's bucket.
    esteira.yaml:13:19 [my-role] error config/bad-format: task must be an ARN such as "arn:aws:iam::123456789012:role/name", not "my-role"; What steps may do, where a project names no role itself.
    esteira.yaml:13:28 [taks] error config/unknown-key: there is no field "taks" in environments.dev.roles; did you mean "task"?
    esteira.yaml:14:25 [8] error config/not-allowed: log_retention_days must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653, not 8; write 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653"
  `);
});

test("projects are checked although esteira.yaml is broken, but not against its environments", () => {
  const { diagnostics } = checkTexts({
    workspace: "environments: [",
    projects: { recsys: 'project_name: recsys\nversion: "1"\nenvironments: {prd: {}}\nbatch: x\n' },
  });
  expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(`
    "esteira.yaml:1:16 [] error yaml/syntax: the list that "[" begins isn't closed; add "]"
    recsys/config.yaml:4:8 [x] error config/wrong-type: batch must be a group of fields, not the text "x"; write its fields, each on a separate line and indented: enabled, orchestrator, pipeline"
  `);
});
