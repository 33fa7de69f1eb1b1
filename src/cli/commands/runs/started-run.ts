import type { Exit } from "../../../app/exit-codes.ts";
import type { Failure } from "../../../app/failure.ts";
import { suggestion } from "../../../app/names.ts";
import { startedDocument } from "../../../app/runs/run-document.ts";
import { leavesOut, runInput } from "../../../app/runs/run-input.ts";
import { runToContinue } from "../../../app/runs/run-reference.ts";
import type { PlatformSession } from "../../../app/workspace.ts";
import type { RunId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { StartOptions } from "../../../platform/port.ts";
import type { Release } from "../../../release/release.ts";
import type { RunInput } from "../../../runs/model.ts";
import { factLines } from "../../render/text.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { FlagsOf } from "../definition.ts";
import { followToTheEnd } from "./followed-run.ts";
import type { runCommand } from "./run-command.ts";

type Flags = FlagsOf<typeof runCommand>;
type Session = Pick<PlatformSession, "platform" | "environment" | "region" | "actor">;

/** What a run is started with by the flags of `run`. */
export async function inputOf(
  { platform, actor }: Session,
  release: Release,
  flags: Flags,
): Promise<Result<RunInput, Failure>> {
  const wishes = {
    params: flags.param ?? [],
    from: flags.from,
    only: flags.only ?? [],
    actor,
    noCache: flags["no-cache"],
    sample: flags.sample,
  };
  const last = leavesOut(wishes) ? await runToContinue(platform, release) : ok(undefined);
  return last.ok ? runInput(release, { ...wishes, origin: last.value?.origin }) : last;
}

export function optionsOf(flags: Flags): StartOptions {
  const holdSeconds = flags["hold-on-failure"];
  return {
    mode: flags.detach ? "detach" : "follow",
    ...(holdSeconds === undefined ? {} : { holdSeconds }),
  };
}

/** Says that a run was started, and follows it where it isn't detached. */
export async function showStarted(
  context: CliContext,
  { platform, environment, region }: Session,
  {
    id,
    release: { project, version },
    input,
    copies = false,
  }: {
    readonly id: RunId;
    readonly release: Release;
    readonly input: RunInput;
    /** It has a copy of the artifacts that it continues with. */
    readonly copies?: boolean;
  },
  flags: Flags,
): Promise<Result<Exit, Failure>> {
  const { style } = context.out;
  if (flags.detach) {
    if (flags.json) {
      printJson(context, "started", startedDocument(id, { project, environment }));
    } else {
      context.out.lines([
        `${style.cyan("▸")} ${id} is running.`,
        `  ${style.dim("$")} ${suggestion(environment, "logs", id, "--follow")}`,
      ]);
    }
    return ok("ok");
  }
  if (!flags.json) {
    const facts = `${project} ${version} · ${environment} · ${id}`;
    const what = copies ? "a copy of the artifacts" : "artifacts";
    const origin = input.origin === null ? "" : style.dim(` · ${what} of ${input.origin}`);
    context.out.lines([...factLines(`${style.bold(facts)}${origin}`, context.out.wrapAt()), ""]);
  }
  return followToTheEnd(context, platform, id, { json: flags.json === true, since: 0, region });
}
