import { projectName } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderGarbage } from "../../render/garbage.ts";
import { suggestion } from "../../../app/names.ts";
import { count } from "../../../core/text.ts";
import type { gcCommand } from "./gc-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { garbageDocument } from "../../../app/deploy/applied-document.ts";
import { withRole } from "../../../app/roles.ts";

const needed = {
  role: "garbage",
  lacking: (environment: string) => ({
    message: `there is nothing to collect in ${environment}: it is on this machine`,
    help: "What deploys and runs keep here is all below `.esteira/`.",
  }),
} as const;

export const gc: ActionOf<typeof gcCommand> = async (context, flags, ...names) =>
  withRole(context, flags.env, needed, async (garbage, { platform, environment }) => {
    const { out } = context;
    const { actor = context.actor } = platform;
    const deployed = names.length > 0 ? undefined : await platform.listDeployed();
    if (deployed?.ok === false) return failed(fromPlatform(deployed.error));
    const projects =
      deployed?.value.map(({ release }) => release.project) ?? names.map(projectName);
    const options = { keep: flags.keep, actor };
    const found = await garbage.collect(projects, { ...options, dryRun: true });
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
    const removed = await garbage.collect(projects, {
      ...options,
      dryRun: false,
      signal: abort.signal,
    });
    if (!removed.ok) return failed(fromPlatform(removed.error));
    if (flags.json) printJson(context, "garbage", garbageDocument(environment, removed.value));
    else
      out.line(
        out.style.green(`${count(removed.value.length, "thing")} removed from ${environment}.`),
      );
    return ok("ok");
  });
