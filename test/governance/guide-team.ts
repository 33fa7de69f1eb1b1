import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { execa } from "execa";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { removeFromEngine } from "../aws/images-rig.ts";
import type { Moto, MotoServer } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import { binary, compiledPrograms, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { writeProgram, type JobOutcome } from "./actions.ts";
import { runEvent } from "./flow-jobs.ts";
import { accounts, type Account } from "./flow-team.ts";
import { startGitHub, token } from "./github-server.ts";
import { gitIn } from "./repository.ts";

export interface GuideParts {
  readonly emulator: Moto;
  readonly server: MotoServer;
  readonly models: string;
  readonly registry: string;
}

/** Somebody at a machine, in a clone of an empty repository, who types what the guide says. */
export interface GuideTeam extends AsyncDisposable {
  /** The clone. */
  readonly path: string;
  /** Runs a block of the guide; gives what it printed. */
  type(block: string): Promise<string>;
  /** Runs a command that is in the text; gives its exit code and what it printed. */
  mention(command: string): Promise<readonly [code: number | undefined, printed: string]>;
  /** esteira.yaml as the guide has it, with accounts and registries that exist. */
  writeWorkspace(): Promise<void>;
  /** Makes the roles whose documents the guide's commands wrote. */
  makeRoles(account: Account): Promise<void>;
  /** GitHub's merge button, and the workflow that it starts. */
  merge(head: string, base: string): Promise<JobOutcome>;
  readonly problems: readonly string[];
}

const repositoryName = "rentcars/rentcars-data-platform-science";

export async function guideTeam(parts: GuideParts): Promise<GuideTeam> {
  const { server, models, registry, emulator } = parts;
  const own = `esteira-${randomBytes(6).toString("hex")}`;
  const imagesOf = (account: Account) => `${registry}/${own}/${account}`;
  const clients = (account: Account) => server.clients({ account: accounts[account] });
  const folder = await temporaryFolder();
  const home = folder.path;
  const remote = join(home, "server.git");
  const path = join(home, "clone");
  const github = await startGitHub(repositoryName);
  github.state.protection.set("dev", null).set("master", null);
  await gitIn(home, "init", "--quiet", "--bare", "--initial-branch=master", remote);
  await gitIn(home, "clone", "--quiet", remote, path);

  const endpoints = { dev: await stepFunctions("dev"), prd: await stepFunctions("prd") };
  await writeProfiles();
  await writePrograms();

  /** Executions run; their tasks do what is asked of them and say so. */
  function stepFunctions(account: Account) {
    return startSfnServer({
      target: server.url,
      timing: systemTiming,
      script: ({ step }) => ({ lines: [`${step} works`], end: 0 }),
      logs: clients(account).logs,
    });
  }

  /** A way out of an account's default network, as AWS gives one and moto doesn't. */
  async function openNetwork(account: Account, VpcId: string): Promise<void> {
    const { ec2 } = clients(account);
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const GatewayId = InternetGateway?.InternetGatewayId;
    await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
    const { RouteTableId } = RouteTables.find((table) => table.VpcId === VpcId) ?? {};
    const DestinationCidrBlock = "0.0.0.0/0";
    await ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, DestinationCidrBlock }));
  }

  async function writeProfiles(): Promise<void> {
    const [credentials, config] = [[], []] as [string[], string[]];
    for (const account of ["dev", "prd"] as const) {
      const { iam } = clients(account);
      await iam.send(new CreateUserCommand({ UserName: "ana" }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
      credentials.push(
        `[${account}]`,
        `aws_access_key_id = ${AccessKey?.AccessKeyId}`,
        `aws_secret_access_key = ${AccessKey?.SecretAccessKey}`,
      );
      config.push(
        `[profile ${account}]`,
        "region = us-east-1",
        `endpoint_url = ${endpoints[account].url}`,
      );
    }
    await write(home, ".aws/credentials", `${credentials.join("\n")}\n`);
    await write(home, ".aws/config", `${config.join("\n")}\n`);
  }

  async function writePrograms(): Promise<void> {
    const bin = join(home, "bin");
    const aws = fileURLToPath(new URL("aws_cli.py", import.meta.url));
    await writeProgram(join(bin, "esteira"), `exec '${process.execPath}' '${binary}' "$@"\n`);
    await writeProgram(join(bin, "aws"), `exec '${emulator.python}' '${aws}' "$@"\n`);
    // GitHub's own program: a token, and pull requests, which the test then merges.
    await writeProgram(
      join(bin, "gh"),
      `case "$1 $2" in "auth token") echo ${token};; "pr create") shift 2; echo "$@";; *) exit 1;; esac\n`,
    );
  }

  const engine = ["DOCKER_HOST", "DOCKER_BUILDKIT"].flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });

  async function typed(script: string): Promise<readonly [number | undefined, string]> {
    const { exitCode, all } = await execa(
      "bash",
      ["--norc", "-eu", "-o", "pipefail", "-c", script],
      {
        cwd: path,
        env: {
          PATH: `${join(home, "bin")}:${process.env["PATH"]}`,
          HOME: home,
          NODE_COMPILE_CACHE: compiledPrograms,
          USER: "ana",
          TZ: "UTC",
          ...Object.fromEntries(engine),
          AWS_EC2_METADATA_DISABLED: "true",
          GITHUB_API_URL: github.url,
          GIT_AUTHOR_NAME: "Ana",
          GIT_AUTHOR_EMAIL: "ana@example.com",
          GIT_COMMITTER_NAME: "Ana",
          GIT_COMMITTER_EMAIL: "ana@example.com",
          GIT_CONFIG_NOSYSTEM: "1",
        },
        extendEnv: false,
        stdin: "ignore",
        reject: false,
        all: true,
      },
    );
    return [exitCode, all];
  }

  return {
    path,
    problems: github.problems,

    async type(block) {
      const [exitCode, all] = await typed(block);
      if (exitCode === 0) return all;
      throw new Error(`this block ended with ${exitCode}:\n${block}\n\nIt printed:\n${all}`);
    },
    mention: typed,

    async writeWorkspace() {
      const environments = await Promise.all(
        (["dev", "prd"] as const).map(async (account) => {
          const { Subnets = [] } = await clients(account).ec2.send(new DescribeSubnetsCommand({}));
          await openNetwork(account, Subnets[0]?.VpcId ?? "");
          return `  ${account}:
    platform: aws
    account_id: "${accounts[account]}"
    region: us-east-1
    vpc_id: ${Subnets[0]?.VpcId ?? ""}
    subnet_ids: [${Subnets.map(({ SubnetId }) => SubnetId).join(", ")}]
    registry: ${imagesOf(account)}
    endpoint_url: ${endpoints[account].url}
    mlflow: { tracking_uri: "${models}" }
${account === "prd" ? "    promote_from: dev\n" : ""}`;
        }),
      );
      await writeFile(
        join(path, "esteira.yaml"),
        `workspace: data-platform-science
environments:
  local: { platform: local, executor: process }
${environments.join("")}`,
      );
    },

    async makeRoles(account) {
      for (const name of ["deploy", "plan"]) {
        const file = join(path, "..", "papeis", account, `${name}-trust.json`);
        await clients(account).iam.send(
          new CreateRoleCommand({
            RoleName: `esteira-data-platform-science-${account}-${name}`,
            AssumeRolePolicyDocument: await readFile(file, "utf8"),
          }),
        );
      }
    },

    async merge(head, base) {
      const work = join(home, `merge-${base}`);
      await gitIn(home, "clone", "--quiet", "--branch", base, remote, work);
      await gitIn(work, "merge", "--quiet", "--no-ff", "-m", `Merge ${head}`, `origin/${head}`);
      await gitIn(work, "push", "--quiet", "origin", base);
      return runEvent(
        { repository: { path, server: remote }, github, server, name: repositoryName },
        "build",
        "build",
        {
          subject: `repo:${repositoryName}:ref:refs/heads/${base}`,
          checkout: base,
          variables: {
            GITHUB_EVENT_NAME: "push",
            GITHUB_REF_NAME: base,
            GITHUB_REF_TYPE: "branch",
          },
        },
      );
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(endpoints).map((one) => one.stop()));
      await github[Symbol.asyncDispose]();
      for (const account of ["dev", "prd"] as const) await removeFromEngine(imagesOf(account));
      await folder[Symbol.asyncDispose]();
    },
  };
}
