import { err, ok, type Result } from "../core/result.ts";
import type { EdgeError } from "../core/edge-error.ts";
import type { Challenge } from "./challenge.ts";
import type { Credentials } from "./credentials.ts";
import { isThisMachine } from "./reference.ts";
import { refused, unreachableRegistry } from "./registry-errors.ts";

/** What a request carries so that the registry knows who asks. */
export interface Authorization {
  /** The header's value. */
  readonly header: string;
  /** Milliseconds since the epoch; a token is not used any more shortly before it ends. */
  readonly usableUntil: number;
}

export interface AuthorizationRequest {
  readonly host: string;
  readonly challenges: readonly Challenge[];
  readonly credentials: Credentials | undefined;
  /** `repository:ml/images:pull,push` */
  readonly scopes: readonly string[];
  readonly now: number;
  readonly action: string;
  readonly signIn: string;
  readonly signal: AbortSignal | undefined;
}

const patienceMs = 30_000;

/**
 * Answers a registry's challenge: with name and password themselves, or with a token that its
 * server gives for them, or for nothing where anybody may read
 * (https://distribution.github.io/distribution/spec/auth/token/). Undefined: there is nothing to
 * answer with.
 */
export async function authorize(
  request: AuthorizationRequest,
): Promise<Result<Authorization | undefined, EdgeError>> {
  const { credentials, challenges } = request;
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return tokenFor(request, bearer);
  const basic = challenges.some(({ scheme }) => scheme === "basic");
  if (!basic || credentials?.kind !== "password") return ok(undefined);
  return ok({ header: basicHeader(credentials), usableUntil: Number.POSITIVE_INFINITY });
}

function basicHeader({ username, password }: Credentials & { readonly kind: "password" }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function tokenFor(
  request: AuthorizationRequest,
  { parameters }: Challenge,
): Promise<Result<Authorization | undefined, EdgeError>> {
  const { host, action, credentials, now, signIn } = request;
  const realm = realmOf(parameters["realm"]);
  if (realm === undefined) {
    return err({
      reason: "invalid",
      message: `could not ${action}: ${host} sends for a token to ${parameters["realm"] ?? "nowhere"}`,
      help: "credentials go to servers with TLS only; check `registry` in esteira.yaml",
    });
  }
  let answer: { readonly status: number; readonly contentType: string; readonly body: string };
  try {
    answer = await ask(request, realm, parameters["service"]);
  } catch (thrown) {
    return err(unreachableRegistry(realm.host, action, thrown, request.signal));
  }
  if (answer.status === 200) {
    const token = readToken(answer.body, now);
    if (token !== undefined) return ok(token);
  }
  // A token server refuses wrong credentials with 401, some with 400 or 403.
  const denied = credentials !== undefined && [400, 401, 403].includes(answer.status);
  return err(
    refused({
      ...answer,
      status: denied ? 401 : answer.status,
      host: realm.host === host ? host : `${realm.host}, which gives the tokens for ${host},`,
      action,
      anonymous: credentials === undefined,
      signIn,
    }),
  );
}

function realmOf(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? "");
  if (url?.protocol === "https:") return url;
  return url?.protocol === "http:" && isThisMachine(url.host) ? url : undefined;
}

async function ask(
  { credentials, scopes, signal }: AuthorizationRequest,
  realm: URL,
  service: string | undefined,
): Promise<{ status: number; contentType: string; body: string }> {
  const patience = AbortSignal.timeout(patienceMs);
  const common = {
    signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
  };
  let response: Response;
  if (credentials?.kind === "identity-token") {
    // The scopes of this form are in one field:
    // https://distribution.github.io/distribution/spec/auth/oauth/
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: credentials.token,
      client_id: "esteira",
      scope: scopes.join(" "),
      ...(service === undefined ? {} : { service }),
    });
    response = await fetch(realm, { ...common, method: "POST", body: form });
  } else {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    for (const scope of scopes) url.searchParams.append("scope", scope);
    const headers = credentials === undefined ? {} : { authorization: basicHeader(credentials) };
    response = await fetch(url, { ...common, headers });
  }
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    body: await response.text(),
  };
}

function readToken(body: string, now: number): Authorization | undefined {
  try {
    const { token, access_token, expires_in } = JSON.parse(body) as Record<string, unknown>;
    const value = token ?? access_token;
    if (typeof value !== "string" || value === "") return undefined;
    // Without a word about it, a token is good for a minute.
    const seconds = typeof expires_in === "number" ? Math.max(60, expires_in) : 60;
    return { header: `Bearer ${value}`, usableUntil: now + (seconds - 20) * 1000 };
  } catch {
    return undefined;
  }
}
