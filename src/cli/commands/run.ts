import { projectName } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { failed, fromPlatform, notFound } from "../failure.ts";
import { followToTheEnd } from "../followed-run.ts";
import { projectWords, suggestName } from "../names.ts";
import { suggestion } from "../render/run.ts";
import type { RunFlags } from "../routes-runs.ts";
import { leavesOut, runInput } from "../run-input.ts";
import { latestRun } from "../run-reference.ts";
import { withCapable } from "../workspace.ts";
import { printJson } from "../json-output.ts";

export const run: Action<RunFlags, [string]> = async (context, flags, project) =>
  withCapable(
    context,
    flags.env,
    { capability: "start", what: "start runs" },
    async ({ platform, projectNames, environment, region }) => {
      const name = projectName(project);
      const deployed = await platform.deployed(name);
      if (!deployed.ok) return failed(fromPlatform(deployed.error));
      if (deployed.value === undefined) {
        return projectNames.includes(project)
          ? notFound(
              `${project} is not deployed to ${environment}`,
              `Deploy it first: \`${suggestion(environment, "deploy", project)}\`.`,
            )
          : notFound(
              `there is no project ${project}`,
              suggestName(project, projectNames, projectWords),
            );
      }
      const { release } = deployed.value;
      const wishes = {
        params: flags.param ?? [],
        from: flags.from,
        only: flags.only ?? [],
        actor: context.actor,
      };
      const last = leavesOut(wishes) ? await latestRun(platform, project) : ok(undefined);
      if (!last.ok) return last;
      const input = runInput(release, { ...wishes, origin: last.value?.origin });
      if (!input.ok) return input;
      const started = await platform.start(name, input.value, {
        mode: flags.detach ? "detach" : "follow",
      });
      if (!started.ok) return failed(fromPlatform(started.error));
      const id = started.value;
      if (flags.detach) {
        if (flags.json) {
          printJson(context, { run: id, project, environment });
        } else {
          const { style } = context.out;
          context.out.lines([
            `${style.cyan("▸")} ${id} is running.`,
            `  ${style.dim("$")} ${suggestion(environment, "logs", id, "--follow")}`,
          ]);
        }
        return ok("ok");
      }
      if (!flags.json) {
        const { style } = context.out;
        const facts = `${project} ${release.version} · ${environment} · ${id}`;
        const origin =
          input.value.origin === null ? "" : style.dim(` · artifacts of ${input.value.origin}`);
        context.out.lines([`${style.bold(facts)}${origin}`, ""]);
      }
      return followToTheEnd(context, platform, id, {
        json: flags.json === true,
        since: 0,
        region,
      });
    },
  );
