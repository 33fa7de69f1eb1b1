import { addToken, listTokens, removeToken } from "../../../app/console/tokens.ts";
import { usage } from "../../../app/failure.ts";
import { ok } from "../../../core/result.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderTokens } from "../../render/console.ts";
import type { ActionOf } from "../definition.ts";
import type { consoleTokenCommand } from "./console-token-command.ts";

export const token: ActionOf<typeof consoleTokenCommand> = async (context, flags, action, name) => {
  const json = flags.json === true;
  if (action === "list") {
    if (name !== undefined) {
      return usage("list takes no NAME", "`esteira console token list` lists all of them.");
    }
    const listed = await listTokens(context);
    if (!listed.ok) return listed;
    if (json) printJson(context, "console-tokens", listed.value);
    else context.out.lines(renderTokens(listed.value, context.out.style));
    return ok("ok");
  }
  if (name === undefined) {
    return usage(
      "NAME is missing",
      `Say whose token it is: \`esteira console token ${action} ana\`.`,
    );
  }
  if (action === "remove") {
    const left = await removeToken(context, name);
    if (!left.ok) return left;
    if (json) printJson(context, "console-tokens", left.value);
    else
      context.out.line(
        `${context.out.style.yellow("■")} The token ${name} opens nothing any more.`,
      );
    return ok("ok");
  }
  const added = await addToken(context, name);
  if (!added.ok) return added;
  if (json) printJson(context, "console-token", added.value);
  else {
    const { style } = context.out;
    context.errors.line(
      `${style.green("✓")} This is the token of ${name}. Give it to nobody else; it can't be shown again:`,
    );
    context.out.line(added.value.token);
  }
  return ok("ok");
};
