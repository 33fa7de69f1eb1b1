import { withReleases } from "../../../app/deploy/planned-deploy.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, notFound, usage, type Failure } from "../../../app/failure.ts";
import { roleOf } from "../../../app/roles.ts";
import { onThisMachine } from "../../../app/trials/trial-session.ts";
import type { Result } from "../../../core/result.ts";
import { workingCopyRelease } from "../../../release/working-copy.ts";
import { cleanOutput } from "../../render/text.ts";
import type { CliContext } from "../../terminal/context.ts";
import { noticesTo } from "../../terminal/notices.ts";
import type { FlagsOf } from "../definition.ts";
import type { runCommand } from "./run-command.ts";
import { inputOf, optionsOf, showStarted } from "./started-run.ts";

/** A run of the working copy as it is: nothing is deployed by it. */
export async function runWorkingCopy(
  context: CliContext,
  flags: FlagsOf<typeof runCommand>,
  name: string,
): Promise<Result<Exit, Failure>> {
  if (flags.deploy) {
    return usage(
      "--local-changes runs the working copy without a deploy",
      "Leave one of --deploy and --local-changes out.",
    );
  }
  const here = await onThisMachine(context, flags.env, {
    message: "a working copy runs on this machine only: on AWS runs what was deployed",
    help: (environment) =>
      `\`esteira run ${name} -e local --local-changes\` runs it here; \`esteira deploy ${name} -e ${environment}\` deploys it there.`,
  });
  if (!here.ok) return here;
  const notices = noticesTo(context, flags.json);
  return withReleases(context, flags.env, [name], notices, async (session) => {
    const [built] = session.releases;
    if (built === undefined) return notFound(`there is no project ${name}`, "");
    const { platform, environment } = session;
    const role = roleOf(session, "workingCopy", (where) => ({
      message: `a working copy doesn't run in ${where}`,
      help: "Run it with `-e local`.",
    }));
    if (!role.ok) return role;
    const marked = workingCopyRelease(built);
    const { release } = marked;
    const actor = platform.actor ?? context.actor;
    const around = { platform, environment, region: undefined, actor };
    const input = await inputOf(around, release, flags);
    if (!input.ok) return input;
    const { errors } = context;
    const stop = new AbortController();
    const prepare = async () => {
      using _interrupts = context.onInterrupt(() => stop.abort());
      return await role.value.start(marked, input.value, {
        ...optionsOf(flags),
        signal: stop.signal,
        listener: (text) => errors.line(errors.style.dim(cleanOutput(text, errors.color))),
      });
    };
    const started = await prepare();
    if (!started.ok) return failed(fromPlatform(started.error));
    const begun = { id: started.value, release, input: input.value, copies: true };
    return showStarted(context, around, begun, flags);
  });
}
