import { appendFile } from "node:fs/promises";

import {
  askedBranch,
  branchEnvironment,
  branchEnvironmentDocument,
  nowhere,
  type BranchEnvironment,
} from "../../../app/ci/branch-environment.ts";
import { openWorkspace } from "../../../app/workspace.ts";
import { ok } from "../../../core/result.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { ciEnvironmentCommand } from "./ci-environment-command.ts";

export const ciEnvironment: ActionOf<typeof ciEnvironmentCommand> = async (context, flags) => {
  const opened = await openWorkspace(context, "local");
  if (!opened.ok) return opened;
  const { workspace, root } = opened.value;
  const branch = await askedBranch(context, flags.branch, root);
  if (!branch.ok) return branch;
  const found = branchEnvironment(workspace, branch.value);
  if (!found.ok && flags.ifAny !== true) return found;
  const outputs = found.ok ? found.value : nowhere;
  await reportToWorkflow(context, outputs);
  if (flags.json) {
    printJson(context, "branch-environment", branchEnvironmentDocument(branch.value, outputs));
  } else if (!found.ok) {
    context.out.line(`${branch.value} deploys to no environment.`);
  } else {
    context.out.lines(Object.entries(outputs).map(([name, value]) => `${name}=${value}`));
  }
  return ok("ok");
};

/**
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter
 */
async function reportToWorkflow(
  { environment }: CliContext,
  outputs: BranchEnvironment,
): Promise<void> {
  const file = environment["GITHUB_OUTPUT"];
  if (!file) return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(file, lines.join(""));
}
