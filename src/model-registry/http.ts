import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/**
 * How a server is spoken to: what `fetch` has no word for is a server's own certificate authority.
 */
export interface Connection {
  /** False: any certificate will do. */
  readonly verify: boolean;
  /** Certificates of authorities that are trusted instead of the usual ones, PEM. */
  readonly authorities: string | undefined;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything, from the first packet to the last, in milliseconds. */
  readonly timeoutMs: number;
}

export type HttpOutcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly type: string;
      readonly location: string | undefined;
      readonly body: string;
    }
  /** `code`: Node's, or one of ours: `TIMEOUT`, `CUT`, `TOO_LARGE`. */
  | { readonly kind: "broken"; readonly code: string };

/** An answer of MLflow to one page is far smaller; a server that never stops talking isn't one. */
const largestAnswer = 32 * 1024 * 1024;

/** One request and its whole answer. Never rejects, never hangs, follows no redirection. */
export function exchange(request: HttpRequest, connection: Connection): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const { method, url, headers, body, timeoutMs } = request;
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    let settled = false;
    const settle = (outcome: HttpOutcome): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(outcome);
      sent.destroy();
    };
    const sent = send(
      url,
      {
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        },
        agent: false,
        rejectUnauthorized: connection.verify,
        ...(connection.authorities === undefined ? {} : { ca: connection.authorities }),
      },
      (answer) => {
        const pieces: Buffer[] = [];
        let size = 0;
        answer
          .on("data", (piece: Buffer) => {
            size += piece.length;
            pieces.push(piece);
            if (size > largestAnswer) settle({ kind: "broken", code: "TOO_LARGE" });
          })
          .on("error", () => settle({ kind: "broken", code: "CUT" }))
          .on("close", () => settle({ kind: "broken", code: "CUT" }))
          .on("end", () => {
            settle({
              kind: "answer",
              status: answer.statusCode ?? 0,
              type: answer.headers["content-type"] ?? "",
              location: answer.headers.location,
              body: Buffer.concat(pieces).toString("utf8"),
            });
          });
      },
    );
    const timer = setTimeout(() => settle({ kind: "broken", code: "TIMEOUT" }), timeoutMs);
    sent.on("error", (error: NodeJS.ErrnoException) => {
      settle({ kind: "broken", code: error.code ?? error.message });
    });
    sent.end(body);
  });
}
