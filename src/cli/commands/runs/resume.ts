import { projectName, runId } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { Platform } from "../../../platform/port.ts";
import type { RunSummary } from "../../../runs/model.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import { followToTheEnd } from "./followed-run.ts";
import { howResumed } from "../../render/resumed.ts";
import { wrap } from "../../render/text.ts";
import { suggestion } from "../../../app/names.ts";
import type { resumeCommand } from "./resume-command.ts";
import { readOverrideWishes } from "../../../app/runs/resume-overrides.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { startedDocument } from "../../../app/runs/run-document.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const resume: ActionOf<typeof resumeCommand> = async (context, flags, reference) =>
  withPlatform(
    context,
    flags.env,
    async ({ platform, projectNames, environment, region, actor }) => {
      const overrides = readOverrideWishes({
        memory: flags.memory ?? [],
        timeout: flags.timeout ?? [],
      });
      if (!overrides.ok) return overrides;
      const found = await findRun(platform, reference, projectNames);
      if (!found.ok) return found;
      const resumed = await platform.resume(runId(found.value.run), {
        mode: flags.detach ? "detach" : "follow",
        actor,
        ...(flags.release === undefined ? {} : { release: flags.release }),
        ...(flags.from === undefined ? {} : { from: flags.from }),
        ...(overrides.value === undefined ? {} : { overrides: overrides.value }),
      });
      if (!resumed.ok) return failed(fromPlatform(resumed.error));
      const id = resumed.value;
      const going = await platform.run(id);
      if (!going.ok) return failed(fromPlatform(going.error));
      const { style } = context.out;
      if (flags.detach) {
        if (flags.json) {
          printJson(
            context,
            "started",
            startedDocument(id, { project: found.value.project, environment }),
          );
        } else {
          context.out.lines([
            `${style.cyan("▸")} ${id} continues.`,
            `  ${style.dim("$")} ${suggestion(environment, "logs", id, "--follow")}`,
          ]);
        }
        return ok("ok");
      }
      if (!flags.json) {
        const { project, version } = going.value;
        context.out.lines([
          style.bold(`${project} ${version} · ${environment} · ${id}`),
          ...wrap(
            await howItContinues(platform, found.value, going.value, flags.from),
            context.out.wrapAt(),
          ).map(style.dim),
          "",
        ]);
      }
      // What was shown when it ended isn't shown again.
      const since =
        id === found.value.run ? (found.value.endedAt ?? context.clock.now() - 1) + 1 : 0;
      return followToTheEnd(context, platform, id, {
        json: flags.json === true,
        since,
        region,
      });
    },
  );

/** One line: with which release, where that isn't plain. */
async function howItContinues(
  platform: Platform,
  before: RunSummary,
  now: RunSummary,
  from: string | undefined,
): Promise<string> {
  const deployed = await platform.deployed(projectName(now.project));
  const current = deployed.ok ? deployed.value : undefined;
  return howResumed(
    before,
    now,
    current && { version: current.release.version, release: current.fingerprint },
    from,
  );
}
