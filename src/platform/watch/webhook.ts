import { request, type RequestOptions } from "node:https";

import { cleanText } from "../../core/clean-text.ts";
import { oneLine, type Sending } from "../../runs/delivery.ts";

export interface WebhookOptions {
  /** Milliseconds for all of it, from the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca?: string;
}

/** Bytes of an answer that are read: enough to say why. */
const answerBytes = 4096;

/**
 * Posts JSON to a webhook. Follows no redirect: what a notification says goes to the address that
 * was configured and to no other. The reasons that it gives name the host only, never the path.
 */
export async function postWebhook(
  url: string,
  payload: object,
  options: WebhookOptions,
): Promise<Sending> {
  const target = URL.parse(url);
  if (target?.protocol !== "https:") {
    return { kind: "refused", why: "a webhook starts with https://" };
  }
  const { host } = target;
  const limit = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  try {
    const answer = await post(target, webhookBody(payload), {
      signal,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    return judge(target, answer);
  } catch (error) {
    if (limit.aborted) {
      return { kind: "later", why: `${host} did not answer within ${options.timeoutMs / 1000} s` };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "later", why: oneLine(`${host} can't be reached: ${message}`) };
  }
}

/** A chat shows what it gets: texts that somebody else wrote command nothing there either. */
export function webhookBody(payload: object): string {
  return JSON.stringify(payload, (_key, value: unknown) =>
    typeof value === "string" ? cleanText(value) : value,
  );
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

function post(target: URL, body: string, options: RequestOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "user-agent": "esteira",
  };
  const sent = request(target, { ...options, method: "POST", headers, agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void =>
      resolve({
        status: answer.statusCode ?? 0,
        retryAfter: answer.headers["retry-after"],
        text: Buffer.concat(chunks).toString("utf8"),
      });
    answer.on("data", (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, answerBytes - size));
      size += chunk.length;
      if (size < answerBytes) return;
      done();
      sent.destroy();
    });
    answer.on("end", done);
    answer.on("error", reject);
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

/**
 * Request Timeout, Too Early, Too Many Requests: what a client may repeat,
 * https://www.iana.org/assignments/http-status-codes
 */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

function judge({ host, pathname, search }: URL, { status, retryAfter, text }: Answer): Sending {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status >= 300 && status < 400) {
    return {
      kind: "refused",
      why: `${host} redirects elsewhere (${status}), which is not followed: name the address itself`,
    };
  }
  // Who knows the path can post to it: an answer that repeats it (`Cannot POST /…`) isn't shown.
  const secrets = [...pathname.split("/"), ...search.split(/[?&=]/)].flatMap((part) => [
    part,
    unescaped(part),
  ]);
  const tells = secrets.some((part) => part.length > 5 && text.includes(part));
  const said = oneLine(tells || /^\s*[<{]/.test(text) ? "" : text, 100);
  const why = `${host} answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (status >= 400 && status < 500 && !passing.has(status)) return { kind: "refused", why };
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) && seconds > 0
    ? { kind: "later", why, afterMs: Math.min(seconds, 3600) * 1000 }
    : { kind: "later", why };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // `%` followed by no code
  }
}
