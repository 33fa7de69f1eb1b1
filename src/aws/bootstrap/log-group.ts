import type { AwsContext } from "../sdk/context.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { logGroup, type DesiredLogGroup } from "../resources/log-group.ts";
import { err } from "../../core/result.ts";
import { baseTags, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** Where the notifier logs. The projects' log groups are their deploys' own. */
export function notifierLogGroupStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const name = scope.names.notifierLogGroup;
  const desired: DesiredLogGroup = {
    name,
    retentionDays: context.environment.logRetentionDays,
    tags: baseTags(context),
  };
  const step: BaseStep = {
    id: "log-group-notifier",
    kind: logGroup.kind,
    name,
    desired: { retention_days: desired.retentionDays },
    async plan(base) {
      const seen = await logGroup.observe(context, [name]);
      if (!seen.ok) return seen;
      const found = seen.value.get(name);
      if (found !== undefined) {
        const foreign = refusal(base, step, found.tags);
        if (foreign !== undefined) return refused(foreign);
        if (logGroup.compare(desired, found).kind === "same") return unchanged();
      }
      const comparison = found === undefined ? undefined : logGroup.compare(desired, found);
      return {
        ok: true,
        value: {
          kind: "planned",
          change:
            comparison === undefined || comparison.kind === "same"
              ? { action: "create", fields: [] }
              : { action: "update", fields: comparison.fields },
          async apply(work) {
            const done = await logGroup.ensure(work, desired, found);
            return done.ok ? { ok: true, value: {} } : err(done.error);
          },
        },
      };
    },
  };
  return step;
}
