import { noticesTo } from "../../terminal/notices.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform, notFound } from "../../../app/failure.ts";
import type { testCommand } from "./test-command.ts";
import { printJson } from "../../terminal/json-output.ts";
import { withReleases } from "../../../app/deploy/planned-deploy.ts";
import { testDocument } from "../../../app/project-documents.ts";
import { roleOf } from "../../../app/roles.ts";
import { cleanOutput } from "../../render/text.ts";

/** Runs a project's tests where its steps run; their output is the command's. */
export const test: ActionOf<typeof testCommand> = async (context, flags, project) =>
  withReleases(context, flags.env, [project], noticesTo(context, flags.json), async (session) => {
    const [release] = session.releases;
    if (release === undefined) return notFound(`there is no project ${project}`, "");
    const tests = roleOf(session, "tests", (environment) => ({
      message: `tests don't run in ${environment}`,
      help: "They run on this machine: leave out -e, or name a local environment.",
    }));
    if (!tests.ok) return tests;
    const output = flags.json ? context.errors : context.out;
    const abort = new AbortController();
    using _interrupts = context.onInterrupt(() => abort.abort());
    const tested = await tests.value.run(release, {
      signal: abort.signal,
      requirementsFile: session.projects.find(({ name }) => name === release.release.project)
        ?.testRequirementsFile,
      listener: ({ stream, text }) => {
        const clean = cleanOutput(text, output.color);
        output.line(stream === "system" ? output.style.dim(clean) : clean);
      },
    });
    if (!tested.ok) return failed(fromPlatform(tested.error));
    const { exitCode } = tested.value;
    const command = release.release.testCommand;
    if (flags.json) printJson(context, "test", testDocument(project, command, exitCode));
    else if (exitCode === 0)
      context.out.line(context.out.style.green(`✓ ${project}: tests passed.`));
    else {
      const { style } = context.out;
      context.out.line(style.red(`✗ ${project}: \`${command}\` ended with exit code ${exitCode}.`));
    }
    return ok(exitCode === 0 ? "ok" : "failed");
  });
