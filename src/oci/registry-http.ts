import { err, ok, type Result } from "../core/result.ts";
import type { EdgeError } from "../core/edge-error.ts";
import { refused, unreachableRegistry, wordsOf } from "./registry-errors.ts";
import { openExchange, type RegistryOptions, type RegistryRequest } from "./registry-exchange.ts";
import { bodyOf, touching, watched } from "./registry-watch.ts";

/** An answer that has been read whole. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface RegistryHttp {
  readonly host: string;
  send(request: RegistryRequest): Promise<Result<RegistryAnswer, EdgeError>>;
  /** The answer's bytes as they come; reading fails when nothing comes for a while. */
  download(request: RegistryRequest): Promise<Result<ReadableStream<Uint8Array>, EdgeError>>;
  /** Sends bytes as they come. What has been sent can't be sent again: nothing is tried twice. */
  upload(
    request: RegistryRequest,
    content: ReadableStream<Uint8Array>,
  ): Promise<Result<RegistryAnswer, EdgeError>>;
}

const defaultAttempts = 4;
/**
 * Speaks to one registry: answers its challenges, remembers its tokens, tries again what failed in
 * passing.
 */
export function registryHttp(options: RegistryOptions): RegistryHttp {
  const { host, timing, signIn } = options;
  const exchange = openExchange(options);

  const failure = async (
    request: RegistryRequest,
    answer: Pick<RegistryAnswer, "status" | "headers"> & { readonly body: Buffer },
  ): Promise<EdgeError> => {
    const credentials = await options.credentials();
    return refused({
      host,
      action: request.action,
      status: answer.status,
      contentType: answer.headers.get("content-type") ?? "",
      body: answer.body.subarray(0, 4096).toString("utf8"),
      anonymous: credentials.ok && credentials.value === undefined,
      signIn,
    });
  };

  const once = async (
    request: RegistryRequest,
    content?: ReadableStream<Uint8Array>,
  ): Promise<Result<RegistryAnswer, EdgeError>> => {
    const watch = watched(request.signal);
    try {
      const response = await exchange(request, watch, content && touching(content, watch));
      if (!response.ok) return response;
      const { status, headers } = response.value;
      const body = await bodyOf(response.value, watch);
      const answer = { status, headers, body };
      if (!isExpected(request, status)) return err(await failure(request, answer));
      return isWebPage(answer) ? err(await failure(request, answer)) : ok(answer);
    } catch (thrown) {
      return err(unreachableRegistry(host, request.action, thrown, request.signal));
    } finally {
      watch.end();
    }
  };

  return {
    host,
    upload: once,
    async send(request) {
      const { attempts = defaultAttempts } = request;
      for (let tried = 1; ; tried += 1) {
        const answer = await once(request);
        if (answer.ok || answer.error.reason !== "unavailable" || tried === attempts) return answer;
        const pause = 500 * 2 ** (tried - 1) * (0.5 + timing.random());
        try {
          await timing.sleep(pause, request.signal);
        } catch (thrown) {
          return err(unreachableRegistry(host, request.action, thrown, request.signal));
        }
      }
    },
    async download(request) {
      const watch = watched(request.signal);
      let handedOver = false;
      try {
        const response = await exchange(request, watch);
        if (!response.ok) return response;
        const { status, headers, body } = response.value;
        if (!isExpected(request, status) || body === null) {
          return err(
            await failure(request, { status, headers, body: await bodyOf(response.value, watch) }),
          );
        }
        handedOver = true;
        return ok(touching(body, watch, true));
      } catch (thrown) {
        return err(unreachableRegistry(host, request.action, thrown, request.signal));
      } finally {
        if (!handedOver) watch.end();
      }
    },
  };
}

function isExpected({ accept = [] }: RegistryRequest, status: number): boolean {
  return (status >= 200 && status < 300) || accept.includes(status);
}

/** A page where a registry's JSON should be: what is before the registry has answered. */
function isWebPage({ headers, body, status }: RegistryAnswer): boolean {
  if (!(headers.get("content-type") ?? "").startsWith("text/html")) return false;
  // A missing manifest is reported without a body, or with a proxy's own page: what matters is in
  // `wordsOf`.
  return status < 400 || wordsOf({ status, body: body.toString("utf8") }).code === "";
}
