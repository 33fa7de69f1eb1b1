import { dirname, join } from "node:path";

import { GetRoleCommand } from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { execa } from "execa";

import { parsePolicy } from "../../src/aws/iam/document.ts";
import type { MotoServer } from "../aws/rig/moto.ts";
import { runJob, writeProgram, type JobOutcome } from "./actions.ts";
import { token, type GitHubServer } from "./github-server.ts";
import { gitIdentity, type TeamRepository } from "./repository.ts";

/** Something on GitHub that a workflow runs for. */
export interface WorkflowEvent {
  /** Of the job's OpenID Connect token. */
  readonly subject: string;
  /** What `actions/checkout` checks out. */
  readonly checkout: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Around {
  readonly repository: Pick<TeamRepository, "path" | "server">;
  /** `owner/name` on GitHub. */
  readonly name?: string;
  readonly github: GitHubServer;
  readonly server: MotoServer;
}

/** Runs a job of the repository's own workflow files, as GitHub does for an event. */
export async function runEvent(
  { repository, github, server, name = "acme/ml" }: Around,
  workflow: string,
  job: string,
  event: WorkflowEvent,
): Promise<JobOutcome> {
  const home = join(repository.path, "..");
  const engine = ["DOCKER_HOST", "DOCKER_BUILDKIT"].flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  const bin = join(home, "runner-bin");
  await writeProgram(join(bin, "npm"), installOnce);
  return runJob(join(repository.path, `.github/workflows/${workflow}.yml`), job, {
    github: {
      repository: name,
      event_name: event.variables["GITHUB_EVENT_NAME"] ?? "",
      "event.pull_request.head.repo.full_name": name,
      token,
      run_id: "42",
    },
    secrets: {},
    folder: join(home, "runner"),
    variables: {
      // The Node that `actions/setup-node` brings, before the machine's.
      PATH: `${bin}:${dirname(process.execPath)}:${process.env["PATH"]}`,
      // Nothing is cached, and no registry is asked: what is installed is in the repository.
      HOME: home,
      npm_config_offline: "true",
      ...Object.fromEntries(engine),
      AWS_EC2_METADATA_DISABLED: "true",
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "ana",
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: name,
      ...event.variables,
    },
    actions: {
      "actions/checkout": (inputs, folder) =>
        checkOut(folder, repository.server, event.checkout, inputs["fetch-depth"] ?? "1"),
      "actions/setup-node": () => Promise.resolve({}),
      "aws-actions/configure-aws-credentials": (inputs) => takeOn(server, inputs, event.subject),
    },
  });
}

/**
 * npm installs once for each lock file and package beside it; a later job is given what npm has
 * put there. That npm refuses other content is shown in `pinned-ci.test.ts`.
 */
const installOnce = `
kept="$HOME/installed-$(cat package-lock.json vendor/* | cksum | tr ' ' -)"
if [ "$*" = "ci --ignore-scripts" ] && [ -d "$kept" ]; then
  mkdir node_modules && cp -a "$kept/.bin" node_modules/ && exec ln -s "$kept/esteira" node_modules/
fi
PATH="\${PATH#*:}" npm "$@" && cp -a node_modules "$kept"
`;

async function checkOut(
  folder: string,
  remote: string,
  what: string,
  depth: string,
): Promise<Readonly<Record<string, string>>> {
  const how =
    depth === "0"
      ? ["origin", what, "+refs/heads/*:refs/remotes/origin/*"]
      : [`--depth=${depth}`, "origin", what];
  const script = `git init --quiet; git remote add origin "$1"; shift
git fetch --quiet "$@"; git checkout --quiet --detach FETCH_HEAD`;
  const words = ["-euc", script, "sh", `file://${remote}`, ...how];
  await execa("sh", words, { cwd: folder, env: gitIdentity });
  return {};
}

/**
 * A role is given to whom its trust policy names, and to nobody else; the emulator itself doesn't
 * look.
 */
async function takeOn(
  server: MotoServer,
  inputs: Readonly<Record<string, string>>,
  subject: string,
): Promise<Readonly<Record<string, string>>> {
  const arn = inputs["role-to-assume"] ?? "";
  const account = arn.split(":")[4] ?? "";
  if (account !== inputs["allowed-account-ids"]) throw new Error(`${arn} is of another account`);
  const { iam, sts } = server.clients({ account });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: arn.split("/").at(-1) ?? "" }));
  const trust = parsePolicy(Role?.AssumeRolePolicyDocument)?.Statement[0]?.Condition;
  const subjects = trust?.["StringEquals"]?.["token.actions.githubusercontent.com:sub"] ?? [];
  if (![subjects].flat().includes(subject)) throw new Error(`${arn} is not for ${subject}`);
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: arn,
      RoleSessionName: inputs["role-session-name"] ?? "",
      WebIdentityToken: "a token of GitHub's",
    }),
  );
  return {
    AWS_REGION: inputs["aws-region"] ?? "",
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
  };
}
