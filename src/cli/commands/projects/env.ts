import { withReleases } from "../../../app/deploy/planned-deploy.ts";
import { failed, fromPlatform, notFound } from "../../../app/failure.ts";
import { runInput } from "../../../app/runs/run-input.ts";
import { stepVariables } from "../../../app/trials/step-variables.ts";
import { itemToTry, stepsToTry, trialsOf } from "../../../app/trials/trial-session.ts";
import { ok } from "../../../core/result.ts";
import { quotedForShell } from "../../../core/shell-command.ts";
import { cleanOutput } from "../../render/text.ts";
import { printJson } from "../../terminal/json-output.ts";
import { noticesTo } from "../../terminal/notices.ts";
import type { ActionOf } from "../definition.ts";
import type { envCommand } from "./env-command.ts";

const hidden = "***";

export const env: ActionOf<typeof envCommand> = async (context, flags, name, wanted) =>
  withReleases(context, flags.env, [name], noticesTo(context, flags.json), async (session) => {
    const [project] = session.projects;
    const [built] = session.releases;
    if (project === undefined || built === undefined) {
      return notFound(`there is no project ${name}`, "");
    }
    const { release } = built;
    const chosen = stepsToTry(project, wanted);
    if (!chosen.ok) return chosen;
    const [step] = chosen.value;
    if (step === undefined) return notFound(`${name} has no step ${wanted}`, "");
    const item = itemToTry(step, flags.item);
    if (!item.ok) return item;
    const { actor } = context;
    const wishes = { params: flags.param ?? [], from: undefined, only: [], actor };
    const input = runInput(release, { ...wishes, origin: undefined });
    if (!input.ok) return input;
    const trials = trialsOf(session);
    if (!trials.ok) return trials;
    const place = await trials.value.begin(name, "kept");
    if (!place.ok) return failed(fromPlatform(place.error));
    const { params } = input.value;
    const at = context.clock.now();
    const found = await trials.value.surroundings(release, {
      variables: stepVariables(project, step, {
        place: place.value,
        params,
        at,
        item: item.value,
        model: undefined,
      }),
      signal: new AbortController().signal,
      listener: ({ text }) => {
        context.errors.line(context.errors.style.dim(cleanOutput(text, context.errors.color)));
      },
    });
    if (!found.ok) return failed(fromPlatform(found.error));
    const { variables, secrets, executor, image } = found.value;
    const masked = flags.export !== true || context.out.live || flags.json === true;
    const entries = Object.entries(variables).map(([key, value]): [string, string] => [
      key,
      masked && secrets.includes(key) ? hidden : value,
    ]);
    if (flags.json === true) {
      const step_ = { project: name, step: step.id, executor, image };
      printJson(context, "env", { ...step_, variables: Object.fromEntries(entries), secrets });
    } else if (flags.export === true) {
      context.out.lines(entries.map(([key, value]) => `export ${key}=${quotedForShell(value)}`));
    } else {
      context.out.lines(entries.map(([key, value]) => `${key}=${value}`));
    }
    return ok("ok");
  });
