import { unreachable } from "../../core/unreachable.ts";
import type { ArgumentDefinition, CommandDefinition, FlagDefinition } from "./definition.ts";

type Named = readonly [name: string, flag: FlagDefinition];

/**
 * What follows a command's name on its usage line, from its definition: arguments, flags that must
 * be given, the environment, flags that may be given, and `--json`.
 *
 * @returns for instance `PROJECT --to PLACE [-e ENV] [--param NAME=VALUE]… [--json]`
 */
export function usageLine(definition: CommandDefinition): string {
  const flags = Object.entries(definition.flags);
  const either = flags.filter(([name]) => definition.either?.includes(name));
  const may = flags.filter((flag) => !isRequired(flag));
  return [
    ...argumentsText(definition.arguments),
    ...flags.filter(isRequired).map(flagText),
    ...environmentText[definition.environment],
    ...may.flatMap((flag) => {
      if (!either.includes(flag)) return [repeated(flag, `[${flagText(flag)}]`)];
      return flag === either[0] ? [`[${either.map(oneOfThem).join(" | ")}]`] : [];
    }),
    "[--json]",
  ].join(" ");
}

const environmentText = { none: [], any: ["[-e ENV]"], named: ["-e ENV"] } as const;

function argumentsText(definitions: CommandDefinition["arguments"]): string[] {
  if ("each" in definitions) return [`[${argumentText(definitions.each)}…]`];
  return definitions.map((one) => (one.optional ? `[${argumentText(one)}]` : argumentText(one)));
}

function argumentText({ values, placeholder }: ArgumentDefinition): string {
  return values === undefined ? placeholder : values.join("|");
}

function oneOfThem(flag: Named): string {
  return repeated(flag, flagText(flag));
}

function isRequired([, flag]: Named): boolean {
  return flag.kind === "parsed" && flag.optional !== true && flag.default === undefined;
}

function repeated([, flag]: Named, text: string): string {
  return flag.kind === "parsed" && flag.variadic === true ? `${text}…` : text;
}

function flagText([name, flag]: Named): string {
  const written = kebab(name);
  switch (flag.kind) {
    case "boolean":
      return flag.withNegated === false ? `--${written}` : `--no-${written}`;
    case "enum":
      return `--${written} ${flag.placeholder ?? flag.values.join("|")}`;
    case "parsed":
      return `--${written} ${flag.placeholder}`;
    default:
      return unreachable(flag);
  }
}

/** A flag as it is typed: `noBuild` is `--no-build`. */
function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
