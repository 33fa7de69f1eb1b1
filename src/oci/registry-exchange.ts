import type { Timing } from "../core/clock.ts";
import type { EdgeError } from "../core/edge-error.ts";
import { ok, type Result } from "../core/result.ts";
import { parseChallenges } from "./challenge.ts";
import type { CredentialSource } from "./credentials.ts";
import { registryUrl } from "./reference.ts";
import { type Authorization, authorize } from "./registry-auth.ts";
import type { Watch } from "./registry-watch.ts";

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

/** One request and the beginning of its answer. */
export type Exchange = (
  request: RegistryRequest,
  watch: Watch,
  content?: ReadableStream<Uint8Array>,
) => Promise<Result<Response, EdgeError>>;

/** Answers a registry's challenges, and remembers the tokens that it gave. */
export function openExchange(options: RegistryOptions): Exchange {
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

  // Asks once more with credentials where the registry wants some.
  return async (request, watch, content) => {
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
}
