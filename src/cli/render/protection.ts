import type { BranchProtection } from "../../governance/protection.ts";
import { renderPlan } from "./plan.ts";
import type { Style } from "./style.ts";
import { count } from "../../core/text.ts";

/** What changes of the branches' protection, field by field, as a plan shows it. */
export function renderProtection(
  repository: string,
  protections: readonly BranchProtection[],
  around: { readonly style: Style; readonly width: number },
): string[] {
  return renderPlan(
    {
      schema: 1,
      environment: repository,
      platform: "local",
      projects: [
        {
          project: repository,
          fingerprint: undefined,
          hold: undefined,
          warnings: [],
          changes: protections.map(({ branch, before, fields }) => ({
            kind: "branch",
            name: branch,
            action: fields.length === 0 ? "unchanged" : before === undefined ? "create" : "update",
            fields,
            drift: false,
          })),
        },
      ],
    },
    {
      ...around,
      where: `in ${count(protections.length, "branch").replace(/branchs$/, "branches")}`,
    },
  );
}
