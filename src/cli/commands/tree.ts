import { buildCommand, buildRouteMap, type Command, type RouteMap } from "@stricli/core";

import type { CliContext } from "../terminal/context.ts";

/** A command whose definition is loaded when it is asked for. */
export type CommandEntry = () => Promise<Command<CliContext>>;

/** A word with its own commands after it: `model show`, `model list`. */
export interface CommandFamily {
  readonly brief: string;
  /** The command that is meant where none of them is named. */
  readonly default?: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
}

/** What may be first on a command line, by name. */
export type CommandTree = Readonly<Record<string, CommandEntry | CommandFamily>>;

type Route = Command<CliContext> | RouteMap<CliContext>;

/**
 * The routes for one command line, with the definitions that it needs and no others: a start of the
 * program reads one file of about fifty. The other commands are there by name, for suggestions.
 *
 * @param words the command line; where none of them names a command, all are loaded, because it
 *   asks for their list
 * @param docs the line about the tree itself, and the names that its list leaves out
 */
export async function routesFor(
  tree: CommandTree,
  words: readonly string[],
  docs: {
    readonly brief: string;
    readonly hidden?: readonly string[];
    readonly default?: string;
  },
): Promise<RouteMap<CliContext>> {
  const [first, ...rest] = words;
  const named = first !== undefined && Object.hasOwn(tree, first);
  const routes = await Promise.all(
    Object.entries(tree).map(async ([name, entry]): Promise<readonly [string, Route]> => {
      if (named && name !== first) return [name, unasked];
      if (typeof entry === "function") return [name, await entry()];
      if (named) return [name, await routesFor(entry.commands, rest, entry)];
      // A list of all shows one line of a family, not its commands.
      const family = { routes: { unasked }, docs: { brief: entry.brief } };
      return [name, buildRouteMap<string, CliContext>(family)];
    }),
  );
  return buildRouteMap<string, CliContext>({
    routes: Object.fromEntries(routes),
    ...(docs.default === undefined ? {} : { defaultCommand: docs.default }),
    docs: {
      brief: docs.brief,
      hideRoute: Object.fromEntries((docs.hidden ?? []).map((name) => [name, true])),
    },
  });
}

/** A line about each command, by its name. */
export type Briefs = Readonly<Record<string, { readonly brief: string }>>;

/** Loads the definitions of a tree for the lines about them. */
export async function briefsOf(tree: CommandTree): Promise<Briefs> {
  const briefs = await Promise.all(
    Object.entries(tree).map(async ([name, entry]) => {
      const { brief } = typeof entry === "function" ? await entry() : entry;
      return [name, { brief }] as const;
    }),
  );
  return Object.fromEntries(briefs);
}

/** Stands for a command that this command line doesn't name. */
const unasked = buildCommand<Readonly<Record<string, unknown>>, [], CliContext>({
  loader: () => Promise.reject(new Error("this command was not asked for")),
  parameters: { flags: {} },
  docs: { brief: "" },
});
