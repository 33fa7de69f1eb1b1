import type { EdgeError } from "../core/edge-error.ts";

/** What a registry answered that was not what was asked for. */
export interface Refusal {
  readonly host: string;
  /** In the infinitive: `read the image ml/images:recsys-1.0.0`. */
  readonly action: string;
  readonly status: number;
  readonly contentType: string;
  /** The beginning of the answer. */
  readonly body: string;
  /** Nobody's credentials were sent. */
  readonly anonymous: boolean;
  /** How one gets credentials for this registry. */
  readonly signIn: string;
}

/** One sentence with the registry's own words, and what to do about it. */
export function refused(refusal: Refusal): EdgeError {
  const { host, action, status, anonymous, signIn } = refusal;
  const { code, text } = wordsOf(refusal);
  const couldNot = (because: string) => `could not ${action}: ${because}`;
  if (isWebPage(refusal)) {
    return {
      reason: "invalid",
      message: couldNot(
        `${host} answered with a web page (HTTP ${status}) and not as a registry does`,
      ),
      help: "check `registry` of the environment in esteira.yaml; a proxy or a sign-in page may be in front of it",
    };
  }
  if (isImmutable(status, text)) {
    return {
      reason: "refused",
      message: couldNot(`the tag is taken, and the registry keeps tags as they are (${text})`),
      help: "raise `version` in config.yaml",
    };
  }
  if (status === 401) {
    return {
      reason: "permission",
      message: couldNot(
        anonymous
          ? `${host} wants to know who asks, and there are no credentials for it`
          : `${host} does not accept the credentials (${text})`,
      ),
      help: signIn,
    };
  }
  if (status === 403 || code === "DENIED") {
    return {
      reason: "permission",
      message: couldNot(`${host} does not permit it (${text})`),
      help: anonymous
        ? signIn
        : "ask the people who run the registry for the right to push and pull",
    };
  }
  if (code === "NAME_UNKNOWN") {
    return {
      reason: "not-found",
      message: couldNot(`${host} has no such repository (${text})`),
      help: "create the repository in the registry, or check `registry` in esteira.yaml",
    };
  }
  if (status === 404) return { reason: "not-found", message: couldNot(text) };
  if (status === 429 || status >= 500) {
    return {
      reason: "unavailable",
      message: couldNot(`${host} can't at the moment (${text})`),
      help: "run it again in a while: what is there already is used",
    };
  }
  return { reason: "failed", message: couldNot(`${host} refused (${text})`) };
}

/**
 * The words and code of the registry's first error:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export function wordsOf({ status, body }: Pick<Refusal, "status" | "body">): {
  readonly code: string;
  readonly text: string;
} {
  try {
    const { errors } = JSON.parse(body) as {
      readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[];
    };
    const { code, message } = errors?.[0] ?? {};
    if (typeof code === "string") {
      const said = typeof message === "string" ? message.replaceAll(/\s+/g, " ").trim() : "";
      return { code, text: said === "" ? code : `${code}: ${said}` };
    }
  } catch {
    // Not every answer is one of the registry's own.
  }
  const plain = body.replaceAll(/\s+/g, " ").trim().slice(0, 200);
  return { code: "", text: plain === "" ? `HTTP ${status}` : `HTTP ${status}: ${plain}` };
}

function isWebPage({ contentType, body }: Refusal): boolean {
  return contentType.startsWith("text/html") || /^\s*<(!doctype|html)/i.test(body);
}

function isImmutable(status: number, text: string): boolean {
  return status === 412 || (status >= 400 && /immutable|cannot be overwritten/i.test(text));
}

const certificates = new Set([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** There was no answer at all; `thrown` says why, unless `signal` has ended it. */
export function unreachableRegistry(
  host: string,
  action: string,
  thrown: unknown,
  signal?: AbortSignal,
): EdgeError {
  const { name, code, message } = causeOf(thrown);
  const couldNot = (because: string) => `could not ${action}: ${because}`;
  if (name === "AbortError" || signal?.aborted === true) {
    return {
      reason: "interrupted",
      message: couldNot("interrupted"),
      help: "run it again: what is there already is used",
    };
  }
  const check = "check `registry` of the environment in esteira.yaml, and the network";
  if (name === "TimeoutError") {
    return {
      reason: "unavailable",
      message: couldNot(`${host} did not answer in time`),
      help: check,
    };
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      reason: "unavailable",
      message: couldNot(`nobody knows the name ${host}`),
      help: check,
    };
  }
  if (certificates.has(code)) {
    return {
      reason: "unavailable",
      message: couldNot(`the certificate of ${host} is not trusted (${message})`),
      help: "set NODE_EXTRA_CA_CERTS to the file with the certificate of its authority",
    };
  }
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return {
      reason: "unavailable",
      message: couldNot(`${host} does not speak TLS`),
      help: "only a registry on this very machine (localhost, 127.0.0.1) is spoken to without TLS",
    };
  }
  return {
    reason: "unavailable",
    message: couldNot(`${host} can't be reached (${message})`),
    help: check,
  };
}

/** `fetch` wraps what happened; its own words say nothing. */
function causeOf(thrown: unknown): { name: string; code: string; message: string } {
  if (!(thrown instanceof Error)) return { name: "", code: "", message: String(thrown) };
  const first = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : undefined;
  const inner = thrown.cause ?? first;
  if (inner instanceof Error) return causeOf(inner);
  const { code } = thrown as { readonly code?: unknown };
  return {
    name: thrown.name,
    code: typeof code === "string" ? code : "",
    message: thrown.message === "" ? String(code) : thrown.message,
  };
}
