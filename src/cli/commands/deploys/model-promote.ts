import { noticesTo } from "../../terminal/notices.ts";
import { ok, type Result } from "../../../core/result.ts";
import { parsePlace } from "../../../model-registry/compare.ts";
import { judgeMetrics, whereIs } from "../../../model-registry/gate.ts";
import { planPromotion, type Promotion, undoOf } from "../../../model-registry/promotion.ts";
import { isExclusive, placeText } from "../../../model-registry/registry.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, usage, type Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { modelPromoteDocument } from "../../../app/deploy/model-documents.ts";
import { type ModelSession, withModel } from "../../../app/deploy/model-session.ts";
import { suggestion } from "../../../app/names.ts";
import type { modelPromoteCommand, PromoteFlags } from "./model-promote-command.ts";
import { renderUndo } from "./registry-change.ts";
import {
  changeRegistry,
  promotionRefusal,
  promotionSubject,
  undoCommand,
} from "../../../app/deploy/registry-change.ts";

export const promote: ActionOf<typeof modelPromoteCommand> = async (context, flags, name) => {
  const to = parsePlace(flags.to);
  if (to === undefined) {
    return usage(
      `a version can't be put in ${flags.to}`,
      "The places are Production, Staging, Archived, None, and aliases such as @champion (letters, digits, _ and -; not @latest or @v1).",
    );
  }
  return withModel(context, flags.env, name, noticesTo(context, flags.json), async (session) => {
    const planned = planPromotion(
      session.versions,
      String(flags.version),
      to,
      flags.beside === true,
    );
    if (!planned.ok) return failed(fromPlatform(planned.error));
    return carryOut(context, flags, session, planned.value);
  });
};

async function carryOut(
  context: CliContext,
  flags: PromoteFlags,
  session: ModelSession,
  promotion: Promotion,
): Promise<Result<Exit, Failure>> {
  const { out } = context;
  const { project, environment, registry } = session;
  const { version, to, done } = promotion;
  const { model } = version;
  const place = placeText(to);
  const json = flags.json === true;
  if (done) {
    if (json) printJson(context, "model-promote", modelPromoteDocument(session, promotion, []));
    else
      out.line(
        `${out.style.green("✓")} version ${version.version} of ${model} is in ${place} already.`,
      );
    return ok("ok");
  }
  const promotes = isExclusive(to);
  const facts = await promotionRefusal(session, promotion);
  if (!facts.ok) return facts;
  const problem = promotes
    ? judgeMetrics({ ...project, project: project.name }, version, facts.value)
    : undefined;
  if (!json) {
    out.lines(describePromotion(promotion, out.style));
    if (problem !== undefined) {
      out.line(out.style.yellow(`! the gate will refuse it: ${problem.message}`));
    }
  }
  if (!flags.yes) {
    const command = suggestion(
      environment.name,
      "model promote",
      project.name,
      "--version",
      version.version,
      "--to",
      place,
      ...(promotion.beside ? ["--beside"] : []),
    );
    const question = `Put version ${version.version} of ${model} in ${place}?`;
    const agreed = await confirm(context, question, command, "changes the model registry");
    if (!agreed.ok) return agreed;
  }
  const changed = await changeRegistry(context, session, {
    change: () => registry.put(model, version.version, to, { beside: promotion.beside }),
    subject: promotionSubject(promotion),
    state: `version ${version.version} of ${model} is in ${place} now`,
  });
  if (!changed.ok) return changed;
  const undo = undoOf(promotion, session.versions).map((one) =>
    undoCommand(environment.name, project.name, one),
  );
  if (json) {
    printJson(context, "model-promote", modelPromoteDocument(session, promotion, undo));
    return ok("ok");
  }
  const kept = keptStage(promotion);
  out.lines([
    `${out.style.green("✓")} version ${version.version} of ${model} is in ${place}${kept === undefined ? "" : `; ${kept}`}.`,
    ...renderUndo(undo, out.style),
  ]);
  return ok("ok");
}

/** What giving an alias leaves as it is; undefined where there is nothing to say. */
function keptStage({ version, to }: Promotion): string | undefined {
  if (to.kind === "stage") return undefined;
  return version.stage === "None"
    ? "it is in no stage, before and after"
    : `it stays in ${version.stage} too`;
}

function describePromotion(
  { version, to, replaces }: Promotion,
  style: CliContext["out"]["style"],
): string[] {
  const leaves = to.kind === "alias" ? `loses ${placeText(to)}` : "is archived";
  const moves =
    to.kind === "alias"
      ? `${whereIs(version)}, gets ${placeText(to)} too`
      : `${whereIs(version)} → ${placeText(to)}`;
  return [
    style.bold(version.model),
    `  ${style.green("+")} version ${version.version}  ${moves}`,
    ...replaces.map(
      (one) => `  ${style.red("-")} version ${one.version}  ${whereIs(one)}, ${leaves}`,
    ),
  ];
}
