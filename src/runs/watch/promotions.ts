import { sayInstant } from "../duration.ts";
import { command, type UndeployedPromotion, type WatchFacts, type WatchFinding } from "./facts.ts";

/** Runs use another version of a model than the one that people have put where it counts. */
export function undeployedPromotion(facts: WatchFacts, found: UndeployedPromotion): WatchFinding {
  const { project, place, version, since, runs } = found;
  return {
    code: "watch/undeployed-model",
    project,
    run: undefined,
    message: `${sayPromotion(found)}; ${facts.environment} runs ${runs ?? "none"}`,
    help: `\`${command(facts, "deploy", project, "--refresh")}\` gives it to the runs.`,
    since: since ?? facts.now,
    key: `undeployed-model/${project}/${place}/${version}`,
  };
}

/** `recsys: Production of cars is 4 since 2026-01-31 03:00 UTC` */
function sayPromotion({ project, model, place, version, since }: UndeployedPromotion): string {
  const when = since === undefined ? "" : ` since ${sayInstant(since)}`;
  return `${project}: ${place} of the model ${model} is ${version}${when}`;
}
