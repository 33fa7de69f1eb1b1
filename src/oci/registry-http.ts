import { err, ok, type Result } from "../core/result.ts";
import type { EdgeError } from "../core/edge-error.ts";
import type { Timing } from "../core/clock.ts";
import { parseChallenges } from "./challenge.ts";
import type { CredentialSource } from "./credentials.ts";
import { registryUrl } from "./reference.ts";
import { refused, unreachableRegistry, wordsOf } from "./registry-errors.ts";
import { type Authorization, authorize } from "./registry-auth.ts";

export interface RegistryOptions {
  readonly host: string;
  readonly credentials: CredentialSource;
  /** How one gets credentials, for messages. */
  readonly signIn: string;
  readonly timing: Timing;
}

export interface RegistryRequest {
  /** In the infinitive, for messages: `read the image ml/images:recsys-1.0.0`. */
  readonly action: string;
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** `/v2/…`, or a whole URL that the registry gave. */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Statuses besides 2xx that are answers and no failures. */
  readonly accept?: readonly number[];
  /** How often it is tried while the registry can't; absent: four times. */
  readonly attempts?: number;
  readonly signal?: AbortSignal | undefined;
}

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

/** No answer, or no next piece of one, for so long is a failure. */
const patienceMs = 60_000;
const defaultAttempts = 4;
/**
 * Manifests and configurations are much smaller, and manifests must be (4 MiB in most registries).
 */
const largestAnswer = 16 * 1024 * 1024;

/**
 * Speaks to one registry: answers its challenges, remembers its tokens, tries again what failed in
 * passing.
 */
export function registryHttp(options: RegistryOptions): RegistryHttp {
  const { host, timing, signIn } = options;
  const base = registryUrl(host);
  const known = new Map<string, Authorization>();
  const keyOf = ({ scopes }: RegistryRequest) => scopes.join(" ");

  const urlOf = (path: string): URL => {
    const url = new URL(path, base);
    // Registries behind a proxy that ends TLS give URLs as they themselves are reached.
    if (url.host === new URL(base).host) url.protocol = new URL(base).protocol;
    return url;
  };

  const authorization = (request: RegistryRequest): string | undefined => {
    const found = known.get(keyOf(request));
    return found !== undefined && found.usableUntil > timing.now() ? found.header : undefined;
  };

  const learn = async (
    request: RegistryRequest,
    header: string,
  ): Promise<Result<Authorization | undefined, EdgeError>> => {
    const credentials = await options.credentials();
    if (!credentials.ok) return credentials;
    const { action, scopes, signal } = request;
    const learned = await authorize({
      host,
      challenges: parseChallenges(header),
      credentials: credentials.value,
      scopes,
      now: timing.now(),
      action,
      signIn,
      signal,
    });
    if (learned.ok && learned.value !== undefined) known.set(keyOf(request), learned.value);
    return learned;
  };

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

  /**
   * One request and the beginning of its answer; asks once more with credentials where the registry
   * wants some.
   */
  const exchange = async (
    request: RegistryRequest,
    watch: Watch,
    content?: ReadableStream<Uint8Array>,
  ): Promise<Result<Response, EdgeError>> => {
    const url = urlOf(request.path);
    const ours = url.host === new URL(base).host;
    const fetchOnce = (header: string | undefined) =>
      fetch(url, {
        method: request.method,
        headers: {
          ...request.headers,
          ...(header === undefined || !ours ? {} : { authorization: header }),
        },
        redirect: request.method === "GET" || request.method === "HEAD" ? "follow" : "manual",
        signal: watch.signal,
        ...(content === undefined
          ? request.body === undefined
            ? {}
            : { body: request.body }
          : { body: content, duplex: "half" }),
      });
    const first = await fetchOnce(authorization(request));
    const challenge = first.headers.get("www-authenticate");
    if (first.status !== 401 || challenge === null || content !== undefined) return ok(first);
    const learned = await learn(request, challenge);
    if (!learned.ok) return learned;
    if (learned.value === undefined) return ok(first);
    await first.body?.cancel();
    return ok(await fetchOnce(learned.value.header));
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

interface Watch {
  readonly signal: AbortSignal;
  /** Something has come: patience begins anew. */
  touch(): void;
  end(): void;
}

function watched(signal: AbortSignal | undefined): Watch {
  const controller = new AbortController();
  const tooLong = () => {
    controller.abort(new DOMException("no answer in time", "TimeoutError"));
  };
  let timer = setTimeout(tooLong, patienceMs);
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    touch() {
      clearTimeout(timer);
      timer = setTimeout(tooLong, patienceMs);
    },
    end() {
      clearTimeout(timer);
    },
  };
}

/** The same bytes; each piece shows that something happens. */
function touching(
  content: ReadableStream<Uint8Array>,
  watch: Watch,
  last = false,
): ReadableStream<Uint8Array> {
  const reader = content.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        watch.touch();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        controller.close();
      } catch (thrown) {
        controller.error(thrown);
      }
      if (last) watch.end();
    },
    async cancel(reason) {
      if (last) watch.end();
      await reader.cancel(reason);
    },
  });
}

async function bodyOf(response: Response, watch: Watch): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of touching(response.body, watch)) {
    size += piece.length;
    if (size > largestAnswer) throw new Error("the answer is larger than 16 MiB");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
