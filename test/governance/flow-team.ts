import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";

import type { GitHubRole } from "../../src/aws/iam/github-roles.ts";
import { removeFromEngine } from "../aws/images-rig.ts";
import type { MotoServer } from "../aws/rig/moto.ts";
import { esteira } from "../cli/cli.ts";
import type { JobOutcome } from "./actions.ts";
import { runEvent, type WorkflowEvent } from "./flow-jobs.ts";
import { startGitHub, type GitHubServer } from "./github-server.ts";
import { configOf, gitIn, teamRepository, type TeamRepository } from "./repository.ts";

export const accounts = { dev: "111111111111", prd: "222222222222" } as const;
export type Account = keyof typeof accounts;

/**
 * What a team works with: its repository on a server, GitHub, two accounts, registries of images
 * and of models.
 */
export interface FlowTeam extends AsyncDisposable {
  readonly repository: TeamRepository;
  readonly github: GitHubServer;
  /** What an administrator of an account types, in the clone. */
  administer(account: Account, ...inputs: string[]): Promise<string>;
  /** Makes what `iam github-role` says, as its commands do. */
  makeRoles(account: Account): Promise<void>;
  /** The jobs of a pull request's workflow, at the merge that GitHub makes for trying. */
  pullRequest(number: number, head: string, base: string): Promise<PullRequestJobs>;
  /** The job of a push's workflow. */
  push(branch: string): Promise<JobOutcome>;
  commentsOf(number: number): readonly string[];
  stateMachines(account: Account): Promise<readonly string[]>;
  scheduleState(account: Account): Promise<string | undefined>;
  /** Digest of an image in the account's registry. */
  digest(account: Account, tag: string): Promise<string | null>;
}

export interface PullRequestJobs {
  readonly check: () => Promise<JobOutcome>;
  readonly plan: () => Promise<JobOutcome>;
}

export interface FlowParts {
  readonly server: MotoServer;
  /** Address of the model registry. */
  readonly models: string;
  /** `127.0.0.1:5000` */
  readonly registry: string;
}

/** The files of the team's one project. */
export function projectFiles(version: string, script: string): Readonly<Record<string, string>> {
  const config = configOf("recsys", version).replace(
    "model: { required: false }",
    "model: { name: recsys }",
  );
  return {
    "src/projects/recsys/config.yaml": `${config}test: { command: "test -f score.py" }\n`,
    "src/projects/recsys/Dockerfile": "FROM scratch\nCOPY score.py /\n",
    "src/projects/recsys/score.py": script,
  };
}

export async function flowTeam({ server, models, registry }: FlowParts): Promise<FlowTeam> {
  const own = `esteira-${randomBytes(6).toString("hex")}`;
  const imagesOf = (account: Account) => `${registry}/${own}/${account}`;
  const clients = (account: Account) => server.clients({ account: accounts[account] });
  const [github, repository] = await Promise.all([startGitHub(), teamRepository()]);
  const keys = { dev: await administrator("dev"), prd: await administrator("prd") };
  await writeWorkspace();

  /** Keys of a person who may do everything in an account. */
  async function administrator(account: Account): Promise<Readonly<Record<string, string>>> {
    const { iam } = clients(account);
    await iam.send(new CreateUserCommand({ UserName: "ana" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
    return {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  async function environmentYaml(account: Account): Promise<string> {
    const { Subnets = [] } = await clients(account).ec2.send(new DescribeSubnetsCommand({}));
    return `  ${account}:
    platform: aws
    account_id: "${accounts[account]}"
    region: us-east-1
    vpc_id: ${Subnets[0]?.VpcId ?? ""}
    subnet_ids: [${Subnets.map(({ SubnetId }) => SubnetId).join(", ")}]
    registry: ${imagesOf(account)}
    endpoint_url: ${server.url}
    mlflow: { tracking_uri: "${models}" }
${account === "prd" ? "    promote_from: dev\n" : ""}`;
  }

  async function writeWorkspace(): Promise<void> {
    const { git, commit, path } = repository;
    await git("switch", "--quiet", "master");
    await esteira(path, ["init"]);
    const environments = (await environmentYaml("dev")) + (await environmentYaml("prd"));
    await git("rm", "--quiet", "-r", "src/projects/fleet-report");
    await commit("A workspace for two accounts", {
      "esteira.yaml": `workspace: acme\nenvironments:\n${environments}`,
      ...projectFiles("1.0.0", "print('first')\n"),
    });
    await git("push", "--quiet", "origin", "master", "master:dev");
    await git("fetch", "--quiet", "origin");
    await git("switch", "--quiet", "dev");
    await git("reset", "--quiet", "--hard", "origin/dev");
  }

  const administer = async (account: Account, ...inputs: string[]): Promise<string> => {
    const { code, out, err } = await esteira(
      repository.path,
      [...inputs, "-e", account],
      keys[account],
    );
    if (code !== 0) throw new Error(`${inputs.join(" ")}: ${code}\n${out}\n${err}`);
    return out;
  };

  const job = (workflow: string, name: string, event: WorkflowEvent) =>
    runEvent({ repository, github, server }, workflow, name, event);

  return {
    repository,
    github,
    administer,

    async makeRoles(account) {
      const text = await administer(account, "iam", "github-role", "--repo", "acme/ml", "--json");
      const { roles } = JSON.parse(text) as { readonly roles: readonly GitHubRole[] };
      const { iam } = clients(account);
      for (const { roleName: RoleName, trust, policies } of roles) {
        const AssumeRolePolicyDocument = JSON.stringify(trust);
        await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
        for (const [index, document] of policies.entries()) {
          const PolicyName = `${RoleName}-${index}`;
          const PolicyDocument = JSON.stringify(document);
          const made = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
          const PolicyArn = made.Policy?.Arn;
          await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
        }
      }
    },

    async pullRequest(number, head, base) {
      const { server: remote, path } = repository;
      const tried = join(path, "..", `try-${randomBytes(4).toString("hex")}`);
      await gitIn(path, "clone", "--quiet", "--branch", base, remote, tried);
      await gitIn(tried, "merge", "--quiet", "--no-ff", "-m", "Try", `origin/${head}`);
      await gitIn(tried, "push", "--quiet", "--force", "origin", `HEAD:refs/pull/${number}/merge`);
      const repo = { full_name: "acme/ml" };
      const end = async (ref: string) => ({
        ref,
        sha: await gitIn(remote, "rev-parse", ref),
        repo,
      });
      const event = join(path, "..", `event-${number}.json`);
      const pull_request = { number, head: await end(head), base: await end(base) };
      await writeFile(event, JSON.stringify({ pull_request }));
      const run: WorkflowEvent = {
        subject: "repo:acme/ml:pull_request",
        checkout: `refs/pull/${number}/merge`,
        variables: {
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: event,
          GITHUB_HEAD_REF: head,
          GITHUB_BASE_REF: base,
          GITHUB_REF_NAME: `${number}/merge`,
        },
      };
      return { check: () => job("check", "check", run), plan: () => job("check", "plan", run) };
    },

    push: (branch) =>
      job("build", "build", {
        subject: `repo:acme/ml:ref:refs/heads/${branch}`,
        checkout: branch,
        variables: {
          GITHUB_EVENT_NAME: "push",
          GITHUB_REF_NAME: branch,
          GITHUB_REF_TYPE: "branch",
        },
      }),

    commentsOf: (number) =>
      github.state.comments.filter(({ issue }) => issue === number).map(({ body }) => body),
    async stateMachines(account) {
      const { stateMachines = [] } = await clients(account).sfn.send(
        new ListStateMachinesCommand({}),
      );
      return stateMachines.map(({ name = "" }) => name);
    },
    async scheduleState(account) {
      const { scheduler } = clients(account);
      return (await scheduler.send(new GetScheduleCommand({ Name: "sched-recsys" }))).State;
    },
    async digest(account, tag) {
      const manifest = `http://${imagesOf(account).replace("/", "/v2/")}/manifests/${tag}`;
      const accept = [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
      ].join(", ");
      const { headers } = await fetch(manifest, { method: "HEAD", headers: { accept } });
      return headers.get("docker-content-digest");
    },
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]();
      await repository[Symbol.asyncDispose]();
      for (const account of ["dev", "prd"] as const) await removeFromEngine(imagesOf(account));
    },
  };
}
