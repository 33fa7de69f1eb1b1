import { ok, type Result } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { OpenedConsole } from "../../../app/console/face.ts";
import { failed, fromPlatform, usage, type Failure } from "../../../app/failure.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { printJson } from "../../terminal/json-output.ts";
import { liveOn } from "../../terminal/live.ts";
import { suggestion } from "../../../app/names.ts";
import { renderUpState, upEventPrinter } from "../../render/up.ts";
import { upWordsOf } from "../../render/up-words.ts";
import { proxyNotice, serveConsole } from "./serve-console.ts";
import type { upCommand, UpFlags } from "./up-command.ts";
import type { CliContext } from "../../terminal/context.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { upDocument } from "../../../app/schedules/up-document.ts";
import { upDuties } from "../../../app/schedules/up-duties.ts";
import { withRole } from "../../../app/roles.ts";
import type { UpEvent } from "../../../platform/roles/up-events.ts";

const needed = {
  role: "scheduler",
  lacking: (environment: string) => ({
    message: `the schedules of ${environment} are run by EventBridge Scheduler`,
    help: `There they fire by themselves: \`${suggestion(environment, "schedule", "list")}\` shows when.`,
  }),
} as const;

/**
 * Runs until it is asked to end, which is not a failure: a service that ends so has done its work.
 * A second signal waits for nothing more.
 */
export const up: ActionOf<typeof upCommand> = async (context, flags) =>
  withRole(context, flags.env, needed, async (scheduler, session) => {
    const { environment, settings } = session;
    if (settings.platform !== "local") throw new Error(`${environment} has its own scheduler`);
    const json = flags.json === true;
    const live = liveOn(context.out);
    let drawn = "";
    const ending = new AbortController();
    const hurry = new AbortController();
    using _interrupts = interruptible(context, {
      first: () => {
        ending.abort();
        live.draw([]);
      },
      second: () => hurry.abort(),
    });
    const served = await consoleBeside(context, flags);
    if (!served.ok) return served;
    const { maxRuns, missed, missedWithinHours } = settings.scheduling;
    const words = upWordsOf(settings.language ?? "en");
    const around = () => ({ ...surroundingsOf(context), environment, words });
    const show = upEventPrinter((lines) => live.print(lines), around);
    const listener = (event: UpEvent): void => {
      if (json) printJson(context, "up", upDocument(environment, event));
      else show(event);
    };
    const done = await scheduler.up({
      policy: { missed, withinMs: missedWithinHours * 3_600_000 },
      maxRuns,
      duties: upDuties(context, session),
      listener,
      state: (state) => {
        const lines = json || ending.signal.aborted ? [] : renderUpState(state, around());
        if (lines.join("") === drawn) return;
        drawn = lines.join("");
        live.draw(lines);
      },
      signal: ending.signal,
      hurry: hurry.signal,
      drainMs: flags.drain * 1000,
    });
    live.clear();
    await served.value?.close();
    return done.ok ? ok("ok") : failed(fromPlatform(done.error));
  });

/** Serves the console as well, where that is asked for; says where on stderr. */
async function consoleBeside(
  context: CliContext,
  flags: UpFlags,
): Promise<Result<OpenedConsole | undefined, Failure>> {
  const { env, port, host, origin, allowChanges } = flags;
  if (flags.console !== true) {
    const alone = [port, host, origin, allowChanges].every((one) => one === undefined);
    if (alone) return ok(undefined);
    return usage(
      "--port, --host, --origin and --allow-changes are about the console",
      "Add --console to serve it.",
    );
  }
  const opened = await serveConsole(context, {
    env,
    port,
    address: host ?? "127.0.0.1",
    readOnly: false,
    allowChanges: allowChanges === true,
    shared: true,
    origin,
  });
  if (!opened.ok) return opened;
  const { errors } = context;
  const how = opened.value.changes ? "" : ", read-only";
  errors.lines([
    `${errors.style.cyan("▸")} The console is open${how}: ${opened.value.address}`,
    errors.style.yellow(proxyNotice),
  ]);
  return opened;
}
