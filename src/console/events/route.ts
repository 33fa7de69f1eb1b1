import type { Hono } from "hono";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

import { answerOf } from "../http/refusals.ts";
import { refusal } from "../http/guard.ts";
import type { AppParts, Env, SessionOf } from "../parts.ts";
import { openStream } from "./stream.ts";
import { mostTopics, parseTopic } from "./topics.ts";

const mostStreamsEach = 20;
const mostStreams = 500;

/** The streams of events that pages listen to. */
export function addEvents(app: Hono<Env>, { hub, context }: AppParts, sessionOf: SessionOf): void {
  const streams = new Map<string, number>();
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
      now: () => context.host.clock.now(),
      closed: () => {
        const left = (streams.get(key) ?? 1) - 1;
        if (left === 0) streams.delete(key);
        else streams.set(key, left);
      },
    });
    return RESPONSE_ALREADY_SENT;
  });
}
