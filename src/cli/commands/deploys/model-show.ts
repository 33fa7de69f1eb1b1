import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import { answerOne } from "../../../model-registry/ask.ts";
import { factsOf } from "../../../model-registry/compare.ts";
import { placesOf, whereIs } from "../../../model-registry/gate.ts";
import { placeText } from "../../../model-registry/registry.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { modelShowCommand } from "./model-show-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { versionDocument, withModel } from "../../../app/deploy/model-session.ts";
import { renderModel } from "../../render/models.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";

export const show: ActionOf<typeof modelShowCommand> = async (context, flags, name) =>
  withModel(
    context,
    flags.env,
    name,
    noticesTo(context, flags.json),
    async ({ project, environment, registry, versions }) => {
      const { model } = project;
      const accepts = environment.mlflow?.accepts ?? { stages: [] };
      const question = {
        project: project.name,
        environment: environment.name,
        model,
        accepts,
        address: registry.address,
      };
      const answer = await answerOne(question, registry, versions);
      if (answer.unreachable && answer.refusal !== undefined) {
        return failed(fromPlatform(answer.refusal));
      }
      const version = versions.find((one) => one.version === answer.version);
      const facts = version === undefined ? ok(undefined) : await factsOf(registry, version);
      if (!facts.ok) return failed(fromPlatform(facts.error));
      const wanted = placesOf(question).map(placeText);
      const placed = versions.filter((one) => whereIs(one) !== "no stage");
      if (flags.json) {
        printJson(context, "model-show", {
          environment: environment.name,
          project: project.name,
          model: model.name,
          registry: registry.address,
          gate: environment.mlflow?.gate,
          required: model.required,
          accepts: wanted,
          version: answer.version,
          place: answer.place,
          promotion: answer.promotion,
          refusal: answer.refusal,
          uri: answer.version === undefined ? undefined : `models:/${model.name}/${answer.version}`,
          metrics: facts.value?.metrics,
          parameters: facts.value?.parameters,
          versions: placed.map(versionDocument),
        });
        return ok("ok");
      }
      context.out.lines(
        renderModel(
          {
            question,
            gate: environment.mlflow?.gate ?? "off",
            wanted,
            answer,
            version,
            facts: facts.value,
            placed,
          },
          surroundingsOf(context),
        ),
      );
      return ok("ok");
    },
  );
