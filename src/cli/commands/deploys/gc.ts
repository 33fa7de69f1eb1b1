import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import { failed, fromPlatform, refused } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderGarbage } from "../../render/garbage.ts";
import { suggestion } from "../../../app/names.ts";
import { count } from "../../../core/text.ts";
import type { gcCommand } from "./gc-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { garbageDocument } from "../../../app/deploy/applied-document.ts";
import { collectAll, collects } from "../../../app/deploy/collect.ts";
import { withPlatform } from "../../../app/workspace.ts";

export const gc: ActionOf<typeof gcCommand> = async (context, flags, ...names) =>
  withPlatform(context, flags.env, async (session) => {
    const { platform, environment } = session;
    const { out } = context;
    const { actor = context.actor } = platform;
    if (!collects(session)) {
      return refused(
        `there is nothing to collect in ${environment}: what deploys and runs keep on this machine stays`,
        `\`keep_artifacts_days: 90\` under environments.${environment} in esteira.yaml lets artifacts of older runs go.`,
      );
    }
    const deployed = names.length > 0 ? undefined : await platform.listDeployed();
    if (deployed?.ok === false) return failed(fromPlatform(deployed.error));
    const projects =
      deployed?.value.map(({ release }) => release.project) ?? names.map(projectName);
    const options = { keep: flags.keep, actor };
    const now = context.clock.now();
    const found = await collectAll(session, projects, { ...options, dryRun: true }, now);
    if (!found.ok) return failed(fromPlatform(found.error));
    if (found.value.length === 0) {
      if (flags.json) printJson(context, "garbage", garbageDocument(environment, []));
      else out.line(`${out.style.green("✓")} Nothing in ${environment} can go.`);
      return ok("ok");
    }
    const things = count(found.value.length, "thing");
    if (!flags.json) out.lines([...renderGarbage(found.value, surroundingsOf(context)), ""]);
    if (!flags.yes) {
      const command = suggestion(environment, "gc", ...names);
      const agreed = await confirm(context, `Remove ${things} from ${environment}?`, command);
      if (!agreed.ok) return agreed;
    }
    const abort = new AbortController();
    using _interrupts = context.onInterrupt(() => abort.abort());
    const act = { ...options, dryRun: false, signal: abort.signal };
    const removed = await collectAll(session, projects, act, now);
    if (!removed.ok) return failed(fromPlatform(removed.error));
    if (flags.json) printJson(context, "garbage", garbageDocument(environment, removed.value));
    else
      out.line(
        out.style.green(`${count(removed.value.length, "thing")} removed from ${environment}.`),
      );
    return ok("ok");
  });
