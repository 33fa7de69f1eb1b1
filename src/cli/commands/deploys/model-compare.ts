import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import { compareVersions, factsOf, namedVersion } from "../../../model-registry/compare.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { modelCompareCommand } from "./model-compare-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { modelCompareDocument } from "../../../app/deploy/model-documents.ts";
import { withModel } from "../../../app/deploy/model-session.ts";
import { renderComparison } from "../../render/models.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const compare: ActionOf<typeof modelCompareCommand> = async (
  context,
  flags,
  name,
  first,
  second,
) =>
  withModel(context, flags.env, name, noticesTo(context, flags.json), async (session) => {
    const { project, registry, versions } = session;
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
      printJson(context, "model-compare", modelCompareDocument(session, comparison));
    } else {
      const { metrics } = project.model;
      context.out.lines(renderComparison(comparison, metrics, surroundingsOf(context)));
    }
    return ok("ok");
  });
