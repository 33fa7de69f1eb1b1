import type { Hono } from "hono";

import type { AppParts, Env, SessionOf } from "../parts.ts";
import { addressOf, answerOf } from "./refusals.ts";
import { bodyText } from "./bodies.ts";
import { tooOften } from "./guard.ts";
import { loginPage, loginSheet, ownPath } from "./login-page.ts";
import { openLimiter } from "./rates.ts";
import { everywhere } from "./security-headers.ts";
import { cookieHeader } from "./sessions.ts";
import { plain } from "./static-files.ts";

/** Tries to be let in, of one address. */
const entryRate = { burst: 10, perSecond: 0.2 };

/** How people come in: by the address that the console printed, or by a token. */
export function addEntry(
  app: Hono<Env>,
  { sessions, origins, port, secure }: AppParts,
  sessionOf: SessionOf,
): void {
  const entries = openLimiter(entryRate, () => performance.now());
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
}
