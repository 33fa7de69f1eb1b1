import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace } from "./aws-workspace.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

describeWith(parts, "what the command line on AWS says in advance", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  test("what can be known before any write is said before it, in one message", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run, runWith, change } = workspace;

    expect(await runWith({}, "plan", "-e", "dev")).toEqual({
      code: 6,
      out: "",
      err: `error: could not ask AWS in us-east-1 who the credentials belong to: there are no AWS credentials (Could not load credentials from any providers)
       set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with \`aws sso login\``,
    });
    expect(await run("runs", "-e", "dev")).toEqual({
      code: 0,
      out: "Nothing has run in dev yet.",
      err: "",
    });
    await change("esteira.yaml", '"123456789012"', '"111111111111"');
    expect(await run("deploy", "-e", "dev")).toEqual({
      code: 5,
      out: "",
      err: `error: the credentials belong to account 123456789012 (arn:aws:sts::123456789012:user/moto), environment dev is account 111111111111
       use credentials of account 111111111111, or correct \`account_id\` of dev in esteira.yaml`,
    });
    expect(await run("bootstrap", "-e", "dev", "--json")).toMatchObject({ code: 5, err: "" });
    await change("esteira.yaml", server().url, "http://127.0.0.1:9");
    expect(await run("deploy", "-e", "dev")).toEqual({
      code: 6,
      out: "",
      err: `error: could not ask AWS in us-east-1 who the credentials belong to: the endpoint can't be reached (connect ECONNREFUSED 127.0.0.1:9)
       check \`region\` and \`endpoint_url\` of the environment in esteira.yaml, and the network`,
    });
  });

  test("policies are printed without credentials, as documents that each fit", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { runWith } = workspace;
    const plan = await runWith({}, "iam", "plan-policy", "-e", "dev");
    expect(plan).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(plan.out)).toMatchObject({ Version: "2012-10-17" });
    const deploy = await runWith({}, "iam", "deploy-policy", "-e", "dev", "--json");
    const { documents } = JSON.parse(deploy.out) as { documents: object[] };
    expect(documents.length).toBeGreaterThan(1);
    for (const document of documents) {
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    expect(await runWith({}, "iam", "deploy-policy", "-e", "dev")).toMatchObject({
      code: 0,
      err: `These are ${documents.length} documents, because AWS limits a managed policy to 6,144 characters: attach all of them.`,
    });
  });

  test("the policy of a project's own role is about its artifacts, and needs the project", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { runWith } = workspace;
    const policy = await runWith({}, "iam", "task-policy", "-e", "dev", "--project", "recsys");
    expect(policy).toMatchObject({ code: 0, err: "" });
    const { Statement } = JSON.parse(policy.out) as { Statement: { Sid: string }[] };
    expect(Statement.map(({ Sid }) => Sid)).toEqual([
      "UseArtifacts",
      "ListArtifacts",
      "KeepOffDocuments",
    ]);
    expect(Statement[0]).toMatchObject({
      Resource: "arn:aws:s3:::esteira-acme-dev-123456789012/artifacts/recsys/*",
    });
    expect(await runWith({}, "iam", "task-policy", "-e", "dev")).toMatchObject({
      code: 2,
      err: "error: no project is named\n       Name the one whose own role it is for: `esteira iam task-policy -e dev --project NAME`.",
    });
    expect(
      await runWith({}, "iam", "task-policy", "-e", "dev", "--project", "recsis"),
    ).toMatchObject({
      code: 4,
      err: "error: there is no project recsis\n       Did you mean recsys?",
    });
    expect(
      await runWith({}, "iam", "plan-policy", "-e", "dev", "--project", "recsys"),
    ).toMatchObject({
      code: 2,
      err: "error: --project is of task-policy, and this is plan-policy\n       Leave it out: the other policies are for all projects.",
    });
  });

  test("verify is a checklist; a failed check fails the command", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run } = workspace;
    const bare = await run("verify", "-e", "dev");
    expect(bare.code).toBe(1);
    expect(bare.out.split("\n")[1]).toMatch(
      /^ {2}✗ bootstrap {2}environment dev has no base layer/,
    );
    expect(bare.out).toMatch(/\n\n✗ \d+ of \d+ checks failed(, \d+ warnings?)?\.$/);
    await run("bootstrap", "-e", "dev", "--yes");
    const { checks } = JSON.parse((await run("verify", "-e", "dev", "--json")).out) as {
      checks: { subject: string; outcome: string; message: string }[];
    };
    expect(checks[0]).toMatchObject({
      subject: "bootstrap",
      outcome: "passed",
      message: "the base layer is there",
    });
  });

  test("a file that is not a plan is not applied", async () => {
    await using workspace = await awsWorkspace(server(), registry.address, ["recsys"]);
    const { run, path } = workspace;
    expect(await run("deploy", "--plan", "none.plan")).toEqual({
      code: 4,
      out: "",
      err: "error: there is no file none.plan\n       `esteira plan -e ENV --out none.plan` writes one.",
    });
    expect(await run("deploy", "--plan", "esteira.yaml")).toMatchObject({
      code: 3,
      err: "error: esteira.yaml is not a plan that this version of Esteira has saved\n       Plan again: `esteira plan -e ENV --out esteira.yaml`.",
    });
    expect(await run("plan", "-e", "local", "--out", "local.plan")).toMatchObject({ code: 5 });
    await expect(readFile(join(path, "local.plan"))).rejects.toThrow("ENOENT");
  });
});
