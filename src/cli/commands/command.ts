import { buildCommand, type Command, type TypedCommandParameters } from "@stricli/core";

import type { CliContext } from "../terminal/context.ts";
import { lazily, type Action } from "./action.ts";
import type { Completing } from "./completing.ts";
import type {
  ActionOf,
  ArgumentDefinition,
  CommandDefinition,
  FlagDefinition,
} from "./definition.ts";
import { describe } from "./describe.ts";
import { envFlags, jsonFlag } from "./flags.ts";
import type { CommandEntry } from "./tree.ts";
import { usageLine } from "./usage.ts";

type Flags = Readonly<Record<string, unknown>>;

/**
 * A command whose definition is loaded when a command line names it, and whose action when it is
 * called.
 *
 * @param define gives its definition
 * @param load gives what it does, by the flags and arguments of the definition
 */
export function commandEntry<const Definition extends CommandDefinition>(
  define: () => Promise<Definition>,
  load: () => Promise<ActionOf<Definition>>,
): CommandEntry {
  return async () => {
    const definition = await define();
    const command = buildCommand<Flags, readonly unknown[], CliContext>({
      // Definition and action were checked against each other above; the library parses what the
      // definition says.
      loader: lazily(load as () => Promise<Action<Flags, readonly unknown[]>>),
      parameters: parametersOf(definition),
      docs: describe(definition),
    });
    // In the list of a family's commands, too, where the library would write its own.
    const formatUsageLine: Command<CliContext>["formatUsageLine"] = ({ prefix }) =>
      [...prefix, usageLine(definition)].join(" ");
    return { ...command, formatUsageLine };
  };
}

function parametersOf(
  definition: CommandDefinition,
): TypedCommandParameters<Flags, readonly unknown[], CliContext> {
  const flags = {
    ...jsonFlag,
    ...envFlags[definition.environment],
    ...definition.flags,
  };
  const aliases = Object.fromEntries(
    Object.entries(flags).flatMap(([name, { short }]) =>
      short === undefined ? [] : [[short, name]],
    ),
  );
  const positional =
    "each" in definition.arguments
      ? { kind: "array", parameter: completed(definition.arguments.each) }
      : { kind: "tuple", parameters: definition.arguments.map(completed) };
  const completedFlags = Object.fromEntries(
    Object.entries<FlagDefinition>(flags).map(([name, flag]) => [name, completed(flag)]),
  );
  return { flags: completedFlags, aliases, positional } as unknown as TypedCommandParameters<
    Flags,
    readonly unknown[],
    CliContext
  >;
}

/** The library gives the context as `this`: the one that `complete` made. */
function completed(definition: FlagDefinition | ArgumentDefinition): object {
  const propose = "proposeCompletions" in definition ? definition.proposeCompletions : undefined;
  if (propose === undefined) return definition;
  return {
    ...definition,
    proposeCompletions(this: Completing, partial: string) {
      return propose(this, partial);
    },
  };
}
