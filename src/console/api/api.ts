import type { Hono } from "hono";
import * as z from "zod";

import { sessionDocument } from "../../app/console/session-document.ts";
import type { ConsoleContext } from "../../app/console/context.ts";
import { notFound, usage, type Failure } from "../../app/failure.ts";
import { version } from "../../app/version.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { documentText, failureAnswer, jsonAnswer } from "../http/answers.ts";
import { bodyText } from "../http/bodies.ts";
import { fileAnswer } from "../http/file-answer.ts";
import { type Cursors, openCursors } from "./cursors.ts";
import { openKeptFleets } from "./kept-fleets.ts";
import type { AnyHandler, FileAnswer } from "./handler.ts";
import { openApi } from "./openapi.ts";
import { type Route, type RouteName, routes } from "./routes.ts";
import type { May, Variables } from "../variables.ts";

/** Names of environments, projects, runs and operations: nothing that could be a path. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface ApiParts {
  readonly context: ConsoleContext;
  /** Whether this console changes anything, and where not, how it would. */
  readonly may: May;
  readonly reportBug: (error: unknown) => void;
  readonly handlers: Readonly<Record<Exclude<RouteName, "session" | "openapi">, AnyHandler>>;
}

/** Adds what the table of routes says to the server. */
export function addApi(
  app: Hono<{ Variables: Variables }>,
  { context, may, reportBug, handlers }: ApiParts,
): void {
  const cursors = openCursors();
  const fleets = openKeptFleets();
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = `/api/v1${route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    app.on(route.method, path, async (call) => {
      const session = call.get("session");
      if (name === "session") {
        const shown = { ...may, csrf: session.csrf };
        return jsonAnswer(
          documentText<"session">(sessionDocument(context, { name: session.person }, shown)),
        );
      }
      if (name === "openapi") return jsonAnswer(JSON.stringify(openApi(version())));
      const parameters = call.req.param() as Readonly<Record<string, string>>;
      const asked = await checked(name, route, parameters, call.req.raw, cursors);
      if (!asked.ok) return failureAnswer(asked.error);
      try {
        const person = { name: session.person };
        const kept =
          name === "fleet" ? await fleets.find(context, parameters["env"] ?? "") : undefined;
        if (kept?.text !== undefined) return jsonAnswer(kept.text);
        const done = await handlers[name](context, { ...asked.value, parameters, person });
        if (!done.ok) return failureAnswer(done.error);
        if (route.answer === "file") return fileAnswer(done.value as FileAnswer);
        const answer = sealed(done.value, questionOf(name, parameters), cursors);
        const text = kept?.write(answer as never) ?? documentText(answer as never);
        return jsonAnswer(text, statusOf(route));
      } catch (error) {
        reportBug(error);
        return failureAnswer(bug);
      }
    });
  }
  app.all("/api/*", () => {
    const failure = notFound("there is nothing at this address", "/api/v1/openapi.json lists all.");
    return failureAnswer(failure.error);
  });
}

function statusOf({ changes, answer }: Route): number {
  return changes && answer === "operation" ? 202 : 200;
}

const bug: Failure = {
  exit: "internal",
  reason: "failed",
  message: "something went wrong in Esteira itself",
  help: "The terminal that runs the console says where the details are.",
};

interface Checked {
  readonly query: object;
  readonly body: object;
}

async function checked(
  name: RouteName,
  route: Route,
  parameters: Readonly<Record<string, string>>,
  request: Request,
  cursors: Cursors,
): Promise<Result<Checked, Failure>> {
  for (const [key, value] of Object.entries(parameters)) {
    if (nameForm.test(value)) continue;
    return notFound(`there is no ${nouns[key] ?? key} of this name`, "Names have no such signs.");
  }
  const query = checkedQuery(route, new URL(request.url).searchParams);
  if (!query.ok) return query;
  const opened = openedCursor(query.value, questionOf(name, parameters), cursors);
  if (!opened.ok) return opened;
  const body = route.body === undefined ? ok({}) : await checkedBody(route.body, request);
  return body.ok ? ok({ query: opened.value, body: body.value }) : body;
}

const nouns: Readonly<Record<string, string>> = { env: "environment" };

function checkedQuery(
  { query = z.strictObject({}) }: Route,
  given: URLSearchParams,
): Result<object, Failure> {
  const twice = [...given.keys()].find((key) => given.getAll(key).length > 1);
  if (twice !== undefined) return usage(`${shown(twice)} is given twice`, "Give it once.");
  return parsed(query, Object.fromEntries(given), "the address");
}

async function checkedBody(schema: z.ZodType, request: Request): Promise<Result<object, Failure>> {
  if (!/^application\/json(;|$)/.test(request.headers.get("content-type") ?? "")) {
    return usage("the body is no JSON", "Send it as application/json.");
  }
  const text = await bodyText(request);
  if (text === undefined) return err(tooLarge);
  try {
    return parsed(schema, JSON.parse(text), "the body");
  } catch {
    return usage("the body is no JSON", "Send it as application/json.");
  }
}

export const tooLarge: Failure = {
  exit: "usage",
  reason: "limit",
  message: "the request is larger than any that the console takes",
  help: "At most 64 KiB.",
};

function parsed(schema: z.ZodType, value: unknown, where: string): Result<object, Failure> {
  const found = schema.safeParse(value);
  if (found.success) return ok(found.data as object);
  const [issue] = found.error.issues;
  const path = issue?.path.join(".") ?? "";
  return usage(
    `${path === "" ? where : `${shown(path)} in ${where}`} is wrong: ${issue?.message ?? ""}`,
    "/api/v1/openapi.json says what it takes.",
  );
}

/** Texts of others in a message are short, and look like what they are. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** A cursor is good for what it was given for, and for nothing else. */
function questionOf(name: RouteName, parameters: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, parameters]);
}

function openedCursor(query: object, question: string, cursors: Cursors): Result<object, Failure> {
  if (!("cursor" in query) || typeof query.cursor !== "string") return ok(query);
  const cursor = cursors.open(query.cursor, question);
  if (cursor !== undefined) return ok({ ...query, cursor });
  return usage("this cursor was not given by this console", "Begin again without one.");
}

function sealed(answer: object, question: string, cursors: Cursors): object {
  const places = (["next", "previous"] as const).flatMap((key) => {
    const place: unknown = (answer as Readonly<Record<string, unknown>>)[key];
    return typeof place === "string" ? [[key, cursors.seal(place, question)] as const] : [];
  });
  return { ...answer, ...Object.fromEntries(places) };
}
