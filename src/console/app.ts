import { extname } from "node:path";

import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";

import { addApi, type ApiParts, tooLarge } from "./api/api.ts";
import type { Hub } from "./events/hub.ts";
import { openStream } from "./events/stream.ts";
import { mostTopics, parseTopic } from "./events/topics.ts";
import { failureAnswer } from "./http/answers.ts";
import { bodyText } from "./http/bodies.ts";
import {
  bearerOf,
  checkChange,
  checkPlace,
  refusal,
  type Refusal,
  tooOften,
  unknownPerson,
} from "./http/guard.ts";
import { loginAddress, loginPage, loginSheet, ownPath } from "./http/login-page.ts";
import type { Origins } from "./http/origins.ts";
import { preloadLinks } from "./http/preloads.ts";
import { openLimiter } from "./http/rates.ts";
import { everywhere } from "./http/security-headers.ts";
import {
  cookieHeader,
  cookieName,
  cookieOf,
  type Session,
  type Sessions,
} from "./http/sessions.ts";
import { plain } from "./http/static-files.ts";
import type { Variables } from "./variables.ts";

export interface AppParts extends ApiParts {
  readonly hub: Hub;
  readonly origins: Origins;
  readonly sessions: Sessions;
  readonly port: number;
  /** Cookies are only sent over TLS: a proxy speaks it. */
  readonly secure: boolean;
  readonly pages: (path: string, acceptsBrotli: boolean) => Response;
}

type Env = { Bindings: HttpBindings; Variables: Variables };

/** A page asks for a dozen things at once; a person with ten tabs for some hundred. */
const requestRate = { burst: 400, perSecond: 100 };
/** Tries to be let in, of one address. */
const entryRate = { burst: 10, perSecond: 0.2 };
const mostStreamsEach = 20;
const mostStreams = 500;

/** The server as a function from requests to answers. */
export function consoleApp(parts: AppParts): Hono<Env> {
  const { sessions, origins, port, secure, may, hub, pages } = parts;
  const now = (): number => performance.now();
  const tokens = sessions.code === undefined;
  const requests = openLimiter(requestRate, now);
  const entries = openLimiter(entryRate, now);
  const streams = new Map<string, number>();
  const app = new Hono<Env>();

  const sessionOf = (header: (name: string) => string | undefined): Session | undefined =>
    sessions.find(cookieOf(header("cookie"), cookieName(port)), bearerOf(header("authorization")));
  const enter = (cookie: string, to = "/"): Response =>
    new Response(null, {
      status: 303,
      headers: {
        ...everywhere,
        location: to,
        "cache-control": "no-store",
        "set-cookie": cookieHeader(port, cookie, secure),
      },
    });

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

  app.get("/open", (call) => {
    const refused = tooOften(entries, addressOf(call.env));
    if (refused !== undefined) return answerOf(refused);
    const cookie = sessions.enterWithCode(call.req.query("code") ?? "");
    if (cookie !== undefined) return enter(cookie);
    if (sessionOf((name) => call.req.header(name)) !== undefined) return call.redirect("/", 303);
    return plain(
      "This address was used already, or is an older console's: it opens the console once.\nType `esteira console` again for a new one.\n",
      403,
    );
  });

  app.get("/login.css", () => loginSheet());
  app.get("/login", (call) =>
    loginPage({ to: call.req.query("to"), language: call.req.header("accept-language") }),
  );
  app.post("/login", async (call) => {
    const text = await bodyText(call.req.raw);
    const given = new URLSearchParams(text ?? "");
    const to = given.get("to") ?? undefined;
    const asked = { to, language: call.req.header("accept-language") };
    const refused = tooOften(entries, addressOf(call.env));
    if (refused !== undefined) return loginPage(asked, "often");
    if (!origins.isOrigin(call.req.header("origin"))) return loginPage(asked, "elsewhere");
    const cookie = sessions.enterWithToken(given.get("token")?.trim() ?? "");
    return cookie === undefined ? loginPage(asked, "wrong") : enter(cookie, ownPath(to));
  });

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

  app.get("/events", (call) => {
    const { key } = call.get("session");
    const given = call.req.queries("topic") ?? [];
    const wrong = given.find((topic) => parseTopic(topic) === undefined);
    if (wrong !== undefined || given.length > mostTopics) {
      return answerOf(
        refusal(400, {
          message: `the topics of a stream are wrong`,
          help: `At most ${mostTopics}, such as fleet:local and run:local/RUN.`,
        }),
      );
    }
    const open = streams.get(key) ?? 0;
    const all = [...streams.values()].reduce((sum, count) => sum + count, 0);
    if (open >= mostStreamsEach || all >= mostStreams) {
      return answerOf(
        refusal(429, {
          message: "more streams are open than the console gives",
          help: "Close some of its tabs.",
        }),
      );
    }
    streams.set(key, open + 1);
    openStream(call.env.outgoing, hub, {
      topics: new Set(given),
      after: call.req.header("last-event-id") ?? call.req.query("after"),
      stillIn: () => sessionOf((name) => call.req.header(name)) !== undefined,
      now: () => parts.context.host.clock.now(),
      closed: () => {
        const left = (streams.get(key) ?? 1) - 1;
        if (left === 0) streams.delete(key);
        else streams.set(key, left);
      },
    });
    return RESPONSE_ALREADY_SENT;
  });

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

function addressOf({ incoming }: HttpBindings): string {
  return incoming.socket.remoteAddress ?? "";
}

function answerOf({ status, failure, retryAfter }: Refusal): Response {
  const answer = failureAnswer(failure, status);
  for (const [name, value] of Object.entries(everywhere)) answer.headers.set(name, value);
  if (retryAfter !== undefined) answer.headers.set("retry-after", String(retryAfter));
  return answer;
}
