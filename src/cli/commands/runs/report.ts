import { join, relative, resolve } from "node:path";

import { ok } from "../../../core/result.ts";
import { reportDocument, runReport, writeReport } from "../../../app/runs/report.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform } from "../../../app/workspace.ts";
import { count } from "../../../core/text.ts";
import { sizeText } from "../../render/artifacts.ts";
import { printJson } from "../../terminal/json-output.ts";
import { openPlace } from "../../terminal/open-place.ts";
import type { ActionOf } from "../definition.ts";
import type { reportCommand } from "./report-command.ts";

export const report: ActionOf<typeof reportCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async ({ platform, projectNames, folders }) => {
    const found = await findRun(platform, reference, projectNames);
    if (!found.ok) return found;
    const run = found.value;
    const made = await runReport(platform, run);
    if (!made.ok) return made;
    const usual = join(folders.root, ".esteira", "reports", `${run.run}.html`);
    const path = flags.output === undefined ? usual : resolve(context.cwd, flags.output);
    const written = await writeReport(path, made.value.html);
    if (!written.ok) return written;
    if (flags.json === true) {
      printJson(context, "report", reportDocument(run, path, made.value));
      return ok("ok");
    }
    const { style } = context.out;
    const { html, parts, shown } = made.value;
    const size = sizeText(Buffer.byteLength(html));
    const what = `${count(shown.size, "part")} (${size}) of ${run.run}`;
    context.out.line(`${style.green("✓")} ${what} in ${relative(context.cwd, path)}`);
    const left = parts.filter((part) => !shown.has(part));
    if (left.length > 0) {
      const names = left.map(({ name }) => name).join(", ");
      context.errors.line(style.yellow(`! not shown, for size or kind: ${names}`));
    }
    if (flags.noOpen !== true) await openPlace(context.environment, path);
    return ok("ok");
  });
