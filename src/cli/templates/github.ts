import { installCommand, installedProgram, type CiInstaller } from "../../app/ci/installer.ts";
import { requiredJobs } from "../../governance/required-jobs.ts";
import { actions } from "./actions.ts";
import type { TemplateFile } from "./file.ts";

export interface WorkflowChoices {
  readonly installer: CiInstaller;
  /** Those that deploy, in their order. */
  readonly branches: readonly string[];
}

/** What CI needs of a repository on GitHub: the workflows, and the script that deploys. */
export function githubFiles(choices: WorkflowChoices): readonly TemplateFile[] {
  return [
    { path: "build_apps.sh", text: buildApps(choices), executable: true },
    { path: ".github/workflows/build.yml", text: buildWorkflow(choices) },
    { path: ".github/workflows/check.yml", text: checkWorkflow(choices) },
  ];
}

const pinnedBy: Readonly<Record<CiInstaller, string>> = {
  npm: "that package-lock.json pins, where `npm ci` has put it",
  python: "that requirements-esteira.txt pins, where the workflows have put it",
};

const pinFile: Readonly<Record<CiInstaller, string>> = {
  npm: "its lock file",
  python: "its requirements-esteira.txt",
};

function buildApps({ installer }: WorkflowChoices): string {
  return `#!/usr/bin/env bash
# Deploys every project to an environment: ENV=dev ./build_apps.sh, ENV=prd ./build_apps.sh
# What hasn't changed since the last deploy is proven so and left alone. Further arguments go to
# \`esteira deploy\`.
set -euo pipefail
cd "$(dirname "$0")"
: "\${ENV:?says where to deploy to, such as ENV=dev ./build_apps.sh}"

# The one ${pinnedBy[installer]}; else the one of this machine.
esteira=${installedProgram[installer]}
[ -x "$esteira" ] || esteira=esteira
exec "$esteira" deploy --env "$ENV" "$@"
`;
}

/** The first steps of every job. */
function begin({ installer }: WorkflowChoices, checkoutWith: string): string {
  return `      - name: Checkout code
        uses: ${actions.checkout}
        with:
${checkoutWith}          submodules: true # of projects that are repositories themselves
          lfs: true
          persist-credentials: false
${installer === "npm" ? setUpNode : ""}
      - name: Install Esteira
        id: install
        run: ${installCommand[installer]}
`;
}

const setUpNode = `
      - name: Set up Node
        uses: ${actions.setupNode}
        with:
          node-version: 24
          package-manager-cache: false
`;

/** MLflow's own variables; those that nobody has set are empty, which is as good as absent. */
const mlflowVariables = `          MLFLOW_TRACKING_USERNAME: \${{ secrets.MLFLOW_TRACKING_USERNAME }}
          MLFLOW_TRACKING_PASSWORD: \${{ secrets.MLFLOW_TRACKING_PASSWORD }}
          MLFLOW_TRACKING_TOKEN: \${{ secrets.MLFLOW_TRACKING_TOKEN }}
`;

function credentials(role: "deploy_role" | "plan_role"): string {
  return `      - name: Configure AWS credentials
        if: steps.environment.outputs.${role} != ''
        uses: ${actions.awsCredentials}
        with:
          role-to-assume: \${{ steps.environment.outputs.${role} }}
          aws-region: \${{ steps.environment.outputs.region }}
          allowed-account-ids: \${{ steps.environment.outputs.account_id }}
          role-session-name: esteira-\${{ github.run_id }}
`;
}

function buildWorkflow(choices: WorkflowChoices): string {
  const { branches } = choices;
  const program = installedProgram[choices.installer];
  return `# Deploys what was merged: the branch says to which environment (branches.environments in
# esteira.yaml).
# Written by \`esteira init\`; yours to change. What it needs on AWS: \`esteira iam github-role\`.
name: Build Apps

on:
  push:
    branches:
${branches.map((branch) => `      - ${yamlText(literalPattern(branch))}\n`).join("")}  workflow_dispatch:

permissions:
  contents: read

# One deploy at a time for an environment. The one under way is never cut; of those that wait, the
# newest is done.
concurrency:
  group: deploy-\${{ github.ref_name }}
  cancel-in-progress: false

jobs:
  build:
    name: Build
    runs-on: ubuntu-latest
    timeout-minutes: 120
    permissions:
      contents: read
      id-token: write # for the environment's deploy role; there are no keys
    steps:
${begin(choices, "")}
      - name: Set ENV
        id: environment
        run: ${program} ci environment

${credentials("deploy_role")}
      - name: Run build_apps.sh
        run: ./build_apps.sh
        env:
          ENV: \${{ steps.environment.outputs.environment }}
${mlflowVariables}`;
}

function checkWorkflow(choices: WorkflowChoices): string {
  const program = installedProgram[choices.installer];
  return `# Checks pull requests: the rules of branches, every config.yaml, the tests of the projects that are
# changed, and what a deploy would change, as a comment. Written by \`esteira init\`; yours to change.
# \`esteira ci protect\` makes both jobs required.
name: Check

on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
  merge_group:

permissions:
  contents: read

concurrency:
  group: check-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
  # Runs what the pull request brings, without any credentials.
  check:
    name: ${requiredJobs[0]}
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
${begin(choices, "          fetch-depth: 0 # the rules ask the whole history\n")}
      - name: Check the branch
        if: github.event_name == 'pull_request' # a merge queue's branch has another name
        run: ${program} ci check-branch

      - name: Validate
        if: \${{ !cancelled() && steps.install.outcome == 'success' }}
        run: ${program} validate

      - name: Test the changed projects
        if: \${{ !cancelled() && steps.install.outcome == 'success' }}
        run: ${program} ci test

  # Runs nothing that the pull request brings but the Esteira that
  # ${pinFile[choices.installer]} pins: a plan only reads it. A fork's pull request gets no
  # credentials, hence no plan; nor does a merge queue, to which the job counts as passed: its pull
  # requests have theirs.
  plan:
    name: ${requiredJobs[1]}
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write # for the environment's plan role, which only reads
      pull-requests: write # for the comment
    steps:
${begin(choices, "")}
      - name: Set ENV
        id: environment
        run: ${program} ci environment --if-any

${credentials("plan_role")}
      - name: Plan
        id: plan
        if: steps.environment.outputs.environment != ''
        run: ${program} plan --env "$ENV" --json > plan.json
        env:
          ENV: \${{ steps.environment.outputs.environment }}
${mlflowVariables}
      - name: Comment
        if: \${{ !cancelled() && steps.plan.outcome != 'skipped' }}
        run: ${program} ci comment plan.json
        env:
          GITHUB_TOKEN: \${{ github.token }}
`;
}

/**
 * A name as a filter pattern that matches nothing else; what else has a meaning there no branch's
 * name may contain.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
function literalPattern(branch: string): string {
  return branch.replaceAll(/[+!\]]/g, String.raw`\$&`);
}

function yamlText(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
