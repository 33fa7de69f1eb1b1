import { ok, type Result } from "../../core/result.ts";
import { answerOne, type Answered } from "../../model-registry/ask.ts";
import { factsOf } from "../../model-registry/compare.ts";
import { type ModelQuestion, placesOf, whereIs } from "../../model-registry/gate.ts";
import { type ModelVersion, placeText, type RunFacts } from "../../model-registry/registry.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { ModelSession } from "./model-session.ts";

/** How a project's model stands: what a deploy would take of it, and why or why not. */
export interface ModelStanding {
  readonly question: ModelQuestion;
  /** What the environment asks for: `Production`, `@champion`. */
  readonly wanted: readonly string[];
  readonly answer: Answered;
  /** The version that a deploy would take. */
  readonly version: ModelVersion | undefined;
  /** What the run that made it has logged. */
  readonly facts: RunFacts | undefined;
  /** Versions that are in a stage or have an alias. */
  readonly placed: readonly ModelVersion[];
}

/** Asks the registry what a deploy would take of a project's model. */
export async function modelStanding({
  project,
  environment,
  registry,
  versions,
}: ModelSession): Promise<Result<ModelStanding, Failure>> {
  const question = {
    project: project.name,
    environment: environment.name,
    model: project.model,
    accepts: environment.mlflow?.accepts ?? { stages: [] },
    address: registry.address,
  };
  const answer = await answerOne(question, registry, versions);
  if (answer.unreachable && answer.refusal !== undefined) {
    return failed(fromPlatform(answer.refusal));
  }
  const version = versions.find((one) => one.version === answer.version);
  const facts = version === undefined ? ok(undefined) : await factsOf(registry, version);
  if (!facts.ok) return failed(fromPlatform(facts.error));
  return ok({
    question,
    wanted: placesOf(question).map(placeText),
    answer,
    version,
    facts: facts.value,
    placed: versions.filter((one) => whereIs(one) !== "no stage"),
  });
}
