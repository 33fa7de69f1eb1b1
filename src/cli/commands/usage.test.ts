import { expect, test } from "vitest";

import { defineCommand } from "./definition.ts";
import {
  booleanFlag,
  enumFlag,
  limitFlag,
  listFlag,
  negatableFlag,
  optionalNumberFlag,
  requiredNumberFlag,
  requiredTextFlag,
  textFlag,
  yesFlag,
} from "./flags.ts";
import { choiceParameter, optional, positiveInteger, projectParameter } from "./parameters.ts";
import { usageLine } from "./usage.ts";

const described = { brief: "Do something", examples: [["esteira something"]] } as const;

test.each([
  ["nothing but what every command has", { environment: "none" }, "[--json]"],
  ["an environment", { environment: "any" }, "[-e ENV] [--json]"],
  ["an environment that must be named", { environment: "named" }, "-e ENV [--json]"],
] as const)("usage: %s", (_case, scope, usage) => {
  expect(usageLine(defineCommand({ ...described, ...scope }))).toBe(usage);
});

test.each([
  [[projectParameter], "PROJECT"],
  [[optional(projectParameter)], "[PROJECT]"],
  [{ each: projectParameter }, "[PROJECT…]"],
  [[choiceParameter("SHELL", ["bash", "zsh"], "A shell")], "bash|zsh"],
  [[projectParameter, optional(choiceParameter("WHICH", ["a", "b"], "One"))], "PROJECT [a|b]"],
] as const)("arguments on the usage line: %#", (given, usage) => {
  const definition = defineCommand({ ...described, environment: "none", arguments: given });
  expect(usageLine(definition)).toBe(`${usage} [--json]`);
});

test.each([
  ["given or not", { noBuild: booleanFlag("b") }, "[--no-build]"],
  ["on unless it is switched off", { github: negatableFlag("b") }, "[--no-github]"],
  ["with a short form", { yes: yesFlag }, "[--yes]"],
  ["a text", { reason: textFlag("TEXT", "b") }, "[--reason TEXT]"],
  ["a text that must be given", { to: requiredTextFlag("PLACE", "b") }, "--to PLACE"],
  ["more than once", { to: listFlag("ADDRESS", "b") }, "[--to ADDRESS]…"],
  ["a number with a default", { limit: limitFlag }, "[--limit N]"],
  ["a number without", { pr: optionalNumberFlag("N", "b", positiveInteger) }, "[--pr N]"],
  ["a number that must be given", { at: requiredNumberFlag("N", "b", positiveInteger) }, "--at N"],
  ["one of a few words", { release: enumFlag(["latest", "same"], "b") }, "[--release latest|same]"],
  [
    "one of many words",
    { status: { ...enumFlag(["a", "b"], "b"), placeholder: "STATE" } },
    "[--status STATE]",
  ],
] as const)("a flag on the usage line: %s", (_case, flags, usage) => {
  expect(usageLine(defineCommand({ ...described, environment: "none", flags }))).toBe(
    `${usage} [--json]`,
  );
});

test("arguments, what must be given, the environment, what may be given, and --json", () => {
  const definition = defineCommand({
    ...described,
    environment: "any",
    arguments: [projectParameter],
    flags: {
      param: listFlag("NAME=VALUE", "b"),
      from: textFlag("STEP", "b"),
      to: requiredTextFlag("PLACE", "b"),
      only: listFlag("STEP", "b"),
      yes: yesFlag,
    },
    either: ["from", "only"],
  });
  expect(usageLine(definition)).toBe(
    "PROJECT --to PLACE [-e ENV] [--param NAME=VALUE]… [--from STEP | --only STEP…] [--yes] [--json]",
  );
});
