import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { HttpOutcome } from "./http.ts";

export type Document = Readonly<Record<string, unknown>>;

/** What was asked, for messages. */
export interface Asked {
  /** The registry's address. */
  readonly address: string;
  readonly timeoutMs: number;
  /** Whether credentials went with it. */
  readonly authorized: boolean;
}

/**
 * The document of an answer; undefined for something that isn't there. Everything else is one
 * sentence that says what came instead.
 */
export function readAnswer(
  outcome: HttpOutcome,
  asked: Asked,
): Result<Document | undefined, PlatformError> {
  if (outcome.kind === "broken") return err(brokenBy(outcome.code, asked));
  const { status, type, location, body } = outcome;
  const mlflow = `MLflow at ${asked.address}`;
  if (status >= 300 && status < 400) return err(redirected(mlflow, location, asked));
  const document = parsed(body);
  const reason = textOf(document?.["message"]);
  if (status === 401 || status === 403) {
    return err({
      reason: "permission",
      message: asked.authorized
        ? `${mlflow} refuses these credentials (${status})${reason === undefined ? "" : `: ${oneLine(reason)}`}`
        : `${mlflow} asks for credentials (${status})`,
      help: "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
    });
  }
  // MLflow's own 404s say in a document what isn't there: what knows no such path isn't MLflow.
  if (status === 404 && textOf(document?.["error_code"]) === undefined) {
    return err(notMlflow(asked.address, status));
  }
  if (document === undefined) {
    return err(
      /html/i.test(type) || /^\s*</.test(body)
        ? webPage(mlflow, status)
        : notWhole(mlflow, status, body),
    );
  }
  if (status < 300) return ok(document);
  const code = textOf(document["error_code"]);
  if (status === 404 && code === "RESOURCE_DOES_NOT_EXIST") return ok(undefined);
  if (status >= 500 || status === 429) {
    return err(
      unavailable(
        `${mlflow} has an internal problem (${status}${reason === undefined ? "" : `: ${oneLine(reason)}`})`,
      ),
    );
  }
  if (code === undefined) return err(notMlflow(asked.address, status));
  return err({
    reason: status === 404 ? "not-found" : "refused",
    message: `${mlflow} refuses: ${oneLine(reason ?? code)}`,
    help: "fix what it says",
  });
}

/** Whether asking again may help: nothing was said, or only that it can't be said now. */
export function mayPass(outcome: HttpOutcome): boolean {
  return outcome.kind === "broken"
    ? ["TIMEOUT", "CUT", "ECONNRESET", "ECONNREFUSED", "EPIPE", "EAI_AGAIN", "ETIMEDOUT"].includes(
        outcome.code,
      )
    : outcome.status === 429 || outcome.status >= 500;
}

function parsed(body: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Document)
      : undefined;
  } catch {
    return undefined;
  }
}

function redirected(mlflow: string, location: string | undefined, asked: Asked): PlatformError {
  const target = location === undefined ? undefined : URL.parse(location, asked.address);
  const own = new URL(asked.address);
  if (target?.protocol === "https:" && own.protocol === "http:" && target.host === own.host) {
    return unavailable(
      `${mlflow} is at https only`,
      `write https in \`mlflow.tracking_uri\` of esteira.yaml`,
    );
  }
  const where =
    target === null || target === undefined ? "" : ` to ${target.origin}${target.pathname}`;
  return unavailable(
    `${mlflow} sends requests elsewhere${where}: a login page, most likely`,
    "name the address of the tracking server itself, and give credentials that it takes by MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
  );
}

function webPage(mlflow: string, status: number): PlatformError {
  return status >= 500
    ? unavailable(`${mlflow} has an internal problem (${status}), and answers with a web page`)
    : unavailable(
        `${mlflow} answers with a web page (${status}) instead of MLflow's API`,
        "correct `mlflow.tracking_uri` in esteira.yaml; a login page may be in front of the server",
      );
}

function notWhole(mlflow: string, status: number, body: string): PlatformError {
  if (status >= 500 || status === 429) {
    return unavailable(`${mlflow} has an internal problem (${status})`);
  }
  return unavailable(
    body === ""
      ? `${mlflow} answers with nothing (${status})`
      : `${mlflow} gives an answer that is not a whole JSON document (${status}, ${body.length} characters)`,
  );
}

function notMlflow(address: string, status: number): PlatformError {
  const { pathname, origin } = new URL(address);
  const path = pathname.replace(/(?<!\/)\/+$/, "");
  if (status !== 404) {
    return unavailable(
      `no MLflow answers at ${address}: what is there says ${status} to MLflow's API`,
      "correct `mlflow.tracking_uri` in esteira.yaml",
    );
  }
  return unavailable(
    `no MLflow answers at ${address}: a server is there, and it knows no path ${path}/api/2.0/mlflow (404)`,
    path === ""
      ? "correct `mlflow.tracking_uri` in esteira.yaml: the path is missing where MLflow runs below one (`--static-prefix`, or a proxy's)"
      : `correct the path of \`mlflow.tracking_uri\` in esteira.yaml: MLflow is not below ${path} on ${origin}; its web page's address, up to \`/#\`, is the right one`,
  );
}

function brokenBy(code: string, { address, timeoutMs }: Asked): PlatformError {
  const host = new URL(address).host;
  const mlflow = `MLflow at ${address}`;
  switch (code) {
    case "TIMEOUT":
    case "ETIMEDOUT":
      return unavailable(`${mlflow} gives no whole answer within ${timeoutMs / 1000} s`);
    case "CUT":
    case "ECONNRESET":
    case "EPIPE":
      return unavailable(`${mlflow} broke off in the middle of its answer`);
    case "TOO_LARGE":
      return unavailable(`${mlflow} gives an answer without an end`);
    case "ECONNREFUSED":
      return unavailable(`nothing listens at ${host}, where MLflow should be`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return unavailable(
        `there is no host ${new URL(address).hostname}, where MLflow should be`,
        "correct `mlflow.tracking_uri` in esteira.yaml, or look at this machine's DNS and VPN",
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return unavailable(`there is no way from this machine to ${host}, where MLflow should be`);
    default:
      return /CERT|SIGNED|SIGNATURE|ISSUER|ALTNAME|CRL/.test(code)
        ? unavailable(
            `the certificate of ${mlflow} is not trusted (${code})`,
            "let MLFLOW_TRACKING_SERVER_CERT_PATH name its authority's certificate, or set MLFLOW_TRACKING_INSECURE_TLS=true where you accept any",
          )
        : /^(EPROTO|ERR_SSL)/.test(code)
          ? unavailable(
              `${mlflow} doesn't speak TLS as it should (${code})`,
              "is it an http address?",
            )
          : code.startsWith("HPE_")
            ? unavailable(`what listens at ${host} doesn't speak HTTP`, "is it an https address?")
            : unavailable(`${mlflow} can't be reached (${code})`);
  }
}

/** What may be well again when it is asked later. */
export function unavailable(
  message: string,
  help = "look whether the server is well, and try again",
): PlatformError {
  return { reason: "unavailable", message, help };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
