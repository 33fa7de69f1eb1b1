import { branchCheckDocument, checkProposal } from "../../../app/ci/check-branch.ts";
import { ok } from "../../../core/result.ts";
import { renderBrokenRules, withCommands } from "../../render/branch.ts";
import { annotate } from "../../terminal/diagnostics.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { ciCheckBranchCommand } from "./ci-check-branch-command.ts";

export const ciCheckBranch: ActionOf<typeof ciCheckBranchCommand> = async (context, flags) => {
  const checked = await checkProposal(context, flags);
  if (!checked.ok) return checked;
  const { head, base, problems } = checked.value;
  const { out } = context;
  if (flags.json) {
    printJson(context, "branch-check", branchCheckDocument(checked.value));
  } else if (problems.length === 0) {
    out.line(`${out.style.green("✓")} ${head} may go into ${base}.`);
  } else {
    out.lines(
      renderBrokenRules({ head, base }, problems, { style: out.style, width: out.wrapAt() }),
    );
    annotate(context, problems.map(withCommands));
  }
  return ok(problems.length === 0 ? "ok" : "failed");
};
