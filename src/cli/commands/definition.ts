import type { Result } from "../../core/result.ts";
import type { Exit } from "../../app/exit-codes.ts";
import type { Failure } from "../../app/failure.ts";
import type { CliContext } from "../terminal/context.ts";
import type { Proposer } from "./completing.ts";

/** A flag that is given or not: `--refresh`. */
export interface BooleanFlag {
  readonly kind: "boolean";
  readonly brief: string;
  readonly optional: true;
  /** Absent where the flag is on by default, so that people write `--no-NAME`. */
  readonly withNegated?: false;
  /** The letter of its short form. */
  readonly short?: string;
}

/** A flag with a value: `--limit N`. */
export interface ParsedFlag {
  readonly kind: "parsed";
  /** Throws an error whose message ends the sentence "--limit can't be many: …". */
  readonly parse: (input: string) => unknown;
  readonly brief: string;
  /** What stands for the value on the usage line. */
  readonly placeholder: string;
  readonly optional?: true;
  /** May be given more than once; the values become a list. */
  readonly variadic?: true;
  readonly default?: string;
  readonly short?: string;
  /** What a shell completes the value with; nothing where it is left out. */
  readonly proposeCompletions?: Proposer;
}

/** A flag that takes one of a few words: `--release latest|same`. */
export interface EnumFlag {
  readonly kind: "enum";
  readonly values: readonly string[];
  readonly brief: string;
  /** What stands for the value on the usage line; else the words themselves. */
  readonly placeholder?: string;
  readonly optional: true;
  readonly short?: string;
}

export type FlagDefinition = BooleanFlag | ParsedFlag | EnumFlag;
export type FlagDefinitions = Readonly<Record<string, FlagDefinition>>;

/** An argument by its place: `PROJECT`. */
export interface ArgumentDefinition {
  readonly brief: string;
  readonly placeholder: string;
  /** The words that it takes, where they are few: they are on the usage line. */
  readonly values?: readonly string[];
  /** Throws an error whose message ends the sentence "POLICY can't be x: …". */
  readonly parse: (input: string) => unknown;
  /** What a shell completes it with; nothing where it is left out. */
  readonly proposeCompletions?: Proposer;
  readonly optional?: true;
}

/** Arguments one by one, or any number of one kind. */
export type ArgumentDefinitions =
  | readonly ArgumentDefinition[]
  | { readonly each: ArgumentDefinition };

/**
 * Whether a command takes `-e`: `none`; `any` environment, `local` where none is named; `named`
 * where the command is of AWS only, so that an environment must be named, by the flag or by the
 * variable ENV.
 */
export type EnvironmentScope = "none" | "any" | "named";

/**
 * All that a command line says about one command. Pure data: what the command does is in the file
 * beside it.
 */
export interface CommandDefinition<
  Flags extends FlagDefinitions = FlagDefinitions,
  Arguments extends ArgumentDefinitions = ArgumentDefinitions,
  Scope extends EnvironmentScope = EnvironmentScope,
> {
  /** Its line in the list of commands, without a full stop. */
  readonly brief: string;
  /** More sentences for its own help. */
  readonly more?: string;
  readonly environment: Scope;
  readonly arguments: Arguments;
  /** Its own flags; `--json` and `-e` are added to them. */
  readonly flags: Flags;
  /** Names of flags of which one command line takes one only: a hint for the usage line. */
  readonly either?: readonly string[];
  readonly examples: readonly (readonly [command: string, remark?: string])[];
}

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- of a command that has none
type NoFlags = Readonly<Record<never, never>>;

/** Types a command's definition; flags and arguments may be left out where there are none. */
export function defineCommand<
  const Scope extends EnvironmentScope,
  const Flags extends FlagDefinitions = NoFlags,
  const Arguments extends ArgumentDefinitions = readonly [],
>(
  definition: Omit<CommandDefinition<Flags, Arguments, Scope>, "flags" | "arguments" | "either"> & {
    readonly flags?: Flags;
    readonly arguments?: Arguments;
    readonly either?: readonly (keyof Flags & string)[];
  },
): CommandDefinition<Flags, Arguments, Scope> {
  // Where one is left out its type is the default, which these are.
  const nothing = { flags: {} as Flags, arguments: [] as ArgumentDefinitions as Arguments };
  return { ...nothing, ...definition };
}

/** Flags that every command has. */
export interface CommonFlags {
  readonly json?: boolean;
}

/** Flags of a command that acts on an environment. */
export interface EnvironmentFlags extends CommonFlags {
  readonly env?: string;
}

type ValueOf<Flag> = Flag extends { readonly kind: "boolean" }
  ? boolean
  : Flag extends { readonly values: readonly (infer Value)[] }
    ? Value
    : Flag extends { readonly parse: (input: string) => infer Value }
      ? Flag extends { readonly variadic: true }
        ? readonly Value[]
        : Value
      : never;

type OptionalNames<Flags> = {
  [Name in keyof Flags]: Flags[Name] extends { readonly optional: true } ? Name : never;
}[keyof Flags];

/** What a command is given of its flags, by its definition. */
export type FlagsOf<Definition> = Definition extends {
  readonly flags: infer Flags;
  readonly environment: infer Scope;
}
  ? {
      readonly [Name in Exclude<keyof Flags, OptionalNames<Flags>>]: ValueOf<Flags[Name]>;
    } & {
      readonly [Name in OptionalNames<Flags>]?: ValueOf<Flags[Name]>;
    } & (Scope extends "none" ? CommonFlags : EnvironmentFlags)
  : never;

type TupleOf<Arguments> = Arguments extends readonly [infer First, ...infer Rest]
  ? First extends { readonly optional: true }
    ? readonly [value?: ArgumentValue<First>, ...rest: TupleOf<Rest>]
    : readonly [value: ArgumentValue<First>, ...rest: TupleOf<Rest>]
  : readonly [];

type ArgumentValue<Argument> = Argument extends { readonly parse: (input: string) => infer Value }
  ? Value
  : never;

/** What a command is given of its arguments, by its definition. */
export type ArgumentsOf<Definition> = Definition extends { readonly arguments: infer Arguments }
  ? Arguments extends { readonly each: infer Each }
    ? readonly ArgumentValue<Each>[]
    : TupleOf<Arguments>
  : never;

/**
 * What a command does: it prints its own result, and gives the exit it ends with or why it
 * couldn't.
 */
export type ActionOf<Definition> = (
  context: CliContext,
  flags: FlagsOf<Definition>,
  ...values: ArgumentsOf<Definition>
) => Promise<Result<Exit, Failure>>;
