import type { Diagnostic } from "../../core/diagnostic.ts";
import type { BrokenRule } from "../../governance/branch-rules.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";
import { count } from "../../core/text.ts";

/**
 * The rules that are broken, each with what fixes it. Commands are never wrapped: they are to
 * be copied.
 */
export function renderBrokenRules(
  { head, base }: { readonly head: string; readonly base: string },
  broken: readonly BrokenRule[],
  { style, width }: { readonly style: Style; readonly width: number },
): string[] {
  const indented = (text: string) => wrap(text, width - 2).map((line) => `  ${line}`);
  return [
    ...broken.flatMap(({ code, message, help, commands, location }) => [
      `${style.red("error")}  ${style.dim(code)}${location === undefined ? "" : `  ${style.bold(placeOf(location))}`}`,
      ...indented(message),
      ...indented(commands.length === 0 ? help : `${help}:`),
      ...commands.map((command) => `    ${style.dim("$")} ${command}`),
      "",
    ]),
    style.red(`✗ ${head} may not go into ${base}: ${count(broken.length, "rule")} broken.`),
  ];
}

/** The same as one text, for where there are no lines of ours. */
export function withCommands({ commands, ...rule }: BrokenRule): Diagnostic {
  if (commands.length === 0) return rule;
  return { ...rule, help: `${rule.help}:\n${commands.join("\n")}` };
}

function placeOf({ file, range }: NonNullable<Diagnostic["location"]>): string {
  return range === undefined ? file : `${file}:${range.line}:${range.column}`;
}
