import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import { compareVersions, factsOf, namedVersion } from "../../../model-registry/compare.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { modelCompareCommand } from "./model-compare-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { versionDocument, withModel } from "../../../app/deploy/model-session.ts";
import { renderComparison } from "../../render/models.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const compare: ActionOf<typeof modelCompareCommand> = async (
  context,
  flags,
  name,
  first,
  second,
) =>
  withModel(
    context,
    flags.env,
    name,
    noticesTo(context, flags.json),
    async ({ project, environment, registry, versions }) => {
      const before = namedVersion(versions, first);
      if (!before.ok) return failed(fromPlatform(before.error));
      const after = namedVersion(versions, second);
      if (!after.ok) return failed(fromPlatform(after.error));
      const [beforeFacts, afterFacts] = await Promise.all([
        factsOf(registry, before.value),
        factsOf(registry, after.value),
      ]);
      if (!beforeFacts.ok) return failed(fromPlatform(beforeFacts.error));
      if (!afterFacts.ok) return failed(fromPlatform(afterFacts.error));
      const comparison = compareVersions(
        [before.value, beforeFacts.value],
        [after.value, afterFacts.value],
      );
      if (flags.json) {
        printJson(context, "model-compare", {
          environment: environment.name,
          project: project.name,
          model: project.model.name,
          before: versionDocument(comparison.before),
          after: versionDocument(comparison.after),
          metrics: comparison.metrics,
          parameters: comparison.parameters,
        });
      } else {
        context.out.lines(
          renderComparison(comparison, project.model.metrics, surroundingsOf(context)),
        );
      }
      return ok("ok");
    },
  );
