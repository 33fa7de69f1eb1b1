import type * as z from "zod";

import type { ConsoleContext, Person } from "../../app/console/context.ts";
import type { ConsoleDocumentOf, ConsoleDocumentName } from "../../app/documents/console.ts";
import type { Failure } from "../../app/failure.ts";
import type { PlatformSession } from "../../app/workspace.ts";
import type { Result } from "../../core/result.ts";
import type { RouteName, routes } from "./routes.ts";

type RouteOf<Name extends RouteName> = (typeof routes)[Name];

/** The parts of a path: `/environments/{env}/runs/{run}` has `env` and `run`. */
type ParametersOf<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & ParametersOf<Rest>
  : unknown;

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : Readonly<Record<string, never>>;

/** What a route is asked, checked against its schemas. */
export interface Asked<Name extends RouteName> {
  readonly parameters: ParametersOf<RouteOf<Name>["path"]>;
  readonly query: RouteOf<Name> extends { readonly query: infer Query } ? Parsed<Query> : object;
  readonly body: RouteOf<Name> extends { readonly body: infer Body } ? Parsed<Body> : object;
  readonly person: Person;
}

type AnswerOf<Name extends RouteName> = RouteOf<Name>["answer"] extends infer Document
  ? Document extends ConsoleDocumentName
    ? ConsoleDocumentOf<Document>
    : FileAnswer
  : never;

/** What isn't a document: bytes that a step wrote, as they are. */
export interface FileAnswer {
  /** What a browser saves it as. */
  readonly name: string;
  /** Of an image that is shown; absent: it is only saved. */
  readonly imageType?: string | undefined;
  readonly bytes: number | undefined;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** Answers a route. */
export type Handler<Name extends RouteName> = (
  context: ConsoleContext,
  asked: Asked<Name>,
) => Promise<Result<AnswerOf<Name>, Failure>>;

export type HandlersOf<Names extends RouteName> = { readonly [Name in Names]: Handler<Name> };

/** A handler as the table has it: what it is asked was checked by the route's schemas. */
export type AnyHandler = (
  context: ConsoleContext,
  asked: {
    readonly parameters: Readonly<Record<string, string>>;
    readonly query: object;
    readonly body: object;
    readonly person: Person;
  },
) => Promise<Result<object, Failure>>;

/** Lets work use the platform of an environment; where that can't be used, the answer says so. */
export async function inEnvironment<Answer>(
  { environments }: Pick<ConsoleContext, "environments">,
  name: string,
  work: (session: PlatformSession) => Promise<Result<Answer, Failure>>,
): Promise<Result<Answer, Failure>> {
  const session = await environments.session(name);
  return session.ok ? work(session.value) : session;
}
