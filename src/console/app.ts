import { extname } from "node:path";

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";

import { addApi, tooLarge } from "./api/api.ts";
import { addEvents } from "./events/route.ts";
import { failureAnswer } from "./http/answers.ts";
import { addressOf, answerOf } from "./http/refusals.ts";
import { addEntry } from "./http/entry.ts";
import { bearerOf, checkChange, checkPlace, tooOften, unknownPerson } from "./http/guard.ts";
import { loginAddress } from "./http/login-page.ts";
import { preloadLinks } from "./http/preloads.ts";
import { openLimiter } from "./http/rates.ts";
import { everywhere } from "./http/security-headers.ts";
import { cookieName, cookieOf, type Session } from "./http/sessions.ts";
import { plain } from "./http/static-files.ts";
import type { AppParts, Env, SessionOf } from "./parts.ts";

/** A page asks for a dozen things at once; a person with ten tabs for some hundred. */
const requestRate = { burst: 400, perSecond: 100 };

/** The server as a function from requests to answers. */
export function consoleApp(parts: AppParts): Hono<Env> {
  const { sessions, origins, port, may, pages } = parts;
  const now = (): number => performance.now();
  const tokens = sessions.code === undefined;
  const requests = openLimiter(requestRate, now);
  const app = new Hono<Env>();

  const sessionOf: SessionOf = (header) =>
    sessions.find(cookieOf(header("cookie"), cookieName(port)), bearerOf(header("authorization")));

  app.use(async (call, next) => {
    const asked = { method: call.req.method, header: (name: string) => call.req.header(name) };
    const refused = checkPlace(asked, origins);
    if (refused !== undefined) return answerOf(refused);
    await next();
    for (const [name, value] of Object.entries(everywhere)) {
      if (!call.res.headers.has(name)) call.res.headers.set(name, value);
    }
    return undefined;
  });

  addEntry(app, parts, sessionOf);

  const guarded = async (
    call: {
      readonly req: { readonly method: string; header(name: string): string | undefined };
      readonly env: HttpBindings;
      set(key: "session", session: Session): void;
    },
    next: () => Promise<void>,
  ): Promise<Response | undefined> => {
    const header = (name: string): string | undefined => call.req.header(name);
    const session = sessionOf(header);
    if (session === undefined) {
      return answerOf(tooOften(requests, addressOf(call.env)) ?? unknownPerson(tokens));
    }
    const { method } = call.req;
    const refused =
      tooOften(requests, session.key) ??
      (method === "GET" || method === "HEAD"
        ? undefined
        : checkChange({ method, header }, origins, session, may));
    if (refused !== undefined) return answerOf(refused);
    if (Number(header("content-length") ?? 0) > 64 * 1024) return failureAnswer(tooLarge, 413);
    call.set("session", session);
    await next();
    return undefined;
  };
  app.use("/api/*", guarded);
  app.use("/events", guarded);

  addEvents(app, parts, sessionOf);
  addApi(app as never, parts);

  app.get("*", (call) => {
    const { path } = call.req;
    const isPage = extname(path) === "";
    if (isPage && tokens && sessionOf((name) => call.req.header(name)) === undefined) {
      return call.redirect(loginAddress(`${path}${new URL(call.req.url).search}`), 303);
    }
    const page = pages(path, /\bbr\b/.test(call.req.header("accept-encoding") ?? ""));
    const links = isPage ? preloadLinks(path, parts.context.environments.first) : undefined;
    if (links !== undefined && page.ok) page.headers.set("link", links);
    return page;
  });
  app.all("*", () => plain("There is nothing at this address.\n", 404));
  app.onError((error) => {
    parts.reportBug(error);
    return plain("Something went wrong in Esteira itself.\n", 500);
  });
  return app;
}
