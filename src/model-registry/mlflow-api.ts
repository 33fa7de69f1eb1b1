import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { type Document, mayPass, readAnswer } from "./answers.ts";
import type { Access } from "./credentials.ts";
import { exchange, type HttpRequest } from "./http.ts";

/** A tracking server, and how it is spoken to: all that a request needs. */
export interface MlflowApi {
  readonly access: Access;
  readonly sleep: (ms: number) => Promise<void>;
  /** For one answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Requests to a tracking server at the same time: it is a team's own, and small. */
export const requestsAtOnce = 8;

/** Parameters of a request: part of the address when it reads, a JSON document otherwise. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * A read that fails in passing is tried again after each of these pauses; then the registry counts
 * as not there.
 */
const pausesMs = [250, 1000];
/** A server whose pages continue after this many has no last one. */
const mostPages = 100;

/**
 * Reads something, and tries again when that fails in passing.
 *
 * @param path below `/api/2.0/mlflow/`
 * @returns undefined for something that isn't there
 */
export function read(
  api: MlflowApi,
  path: string,
  query: Parameters,
): Promise<Result<Document | undefined, PlatformError>> {
  const url = addressOf(api, path);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
  return answerOf(api, { ...requestOf(api, url), method: "GET" }, pausesMs);
}

/** Reads what MLflow gives to a POST only: as safe to try again as any read. */
export function readByPost(
  api: MlflowApi,
  path: string,
  body: Parameters,
): Promise<Result<Document | undefined, PlatformError>> {
  return answerOf(api, posted(api, path, body), pausesMs);
}

/** Changes something, once: whether a write that broke off was carried out isn't known. */
export function write(
  api: MlflowApi,
  path: string,
  body: Parameters,
): Promise<Result<Document | undefined, PlatformError>> {
  return answerOf(api, posted(api, path, body), []);
}

/** The same for what MLflow has under DELETE: its parameters are in the body too. */
export function writeByDelete(
  api: MlflowApi,
  path: string,
  body: Parameters,
): Promise<Result<Document | undefined, PlatformError>> {
  return answerOf(api, { ...posted(api, path, body), method: "DELETE" }, []);
}

/**
 * What a search gives, page by page.
 *
 * @param key where a page has its list
 * @returns undefined where there are more pages than `most`
 */
export async function everyPage(
  api: MlflowApi,
  path: string,
  key: string,
  query: Readonly<Record<string, string | number>>,
  most = mostPages,
): Promise<Result<readonly Document[] | undefined, PlatformError>> {
  const found: Document[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < most; pages += 1) {
    const next = token === undefined ? {} : { page_token: token };
    const page = await read(api, path, { ...query, ...next });
    if (!page.ok) return page;
    found.push(...listOf(page.value?.[key]));
    token = nextOf(page.value);
    if (token === undefined) return ok(found);
  }
  return ok(undefined);
}

/** The same for a search that must end: a server without a last page is a failure. */
export async function wholeSearch(
  api: MlflowApi,
  path: string,
  key: string,
  query: Readonly<Record<string, string | number>>,
): Promise<Result<readonly Document[], PlatformError>> {
  const found = await everyPage(api, path, key, query);
  if (!found.ok) return found;
  if (found.value !== undefined) return ok(found.value);
  return err({
    reason: "unavailable",
    message: `MLflow at ${api.access.address} gives page after page without a last one`,
    help: "check that what is in front of the server passes on `page_token`",
  });
}

/** The documents of a list in an answer; none where it has no list. */
export function listOf(value: unknown): Document[] {
  return Array.isArray(value) ? (value as Document[]) : [];
}

async function answerOf(
  { access, sleep, timeoutMs }: MlflowApi,
  request: HttpRequest,
  pauses: readonly number[],
): Promise<Result<Document | undefined, PlatformError>> {
  let outcome = await exchange(request, access.connection);
  for (const pause of pauses) {
    if (!mayPass(outcome)) break;
    await sleep(pause);
    outcome = await exchange(request, access.connection);
  }
  const authorized = access.authorization !== undefined;
  return readAnswer(outcome, { address: access.address, timeoutMs, authorized });
}

function posted(api: MlflowApi, path: string, body: Parameters): HttpRequest {
  const { headers, ...request } = requestOf(api, addressOf(api, path));
  return {
    ...request,
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function requestOf({ access, timeoutMs }: MlflowApi, url: URL): Omit<HttpRequest, "method"> {
  return {
    url,
    timeoutMs,
    headers: {
      accept: "application/json",
      "user-agent": "esteira",
      ...(access.authorization === undefined ? {} : { authorization: access.authorization }),
    },
  };
}

function addressOf({ access }: MlflowApi, path: string): URL {
  return new URL(`${access.address}/api/2.0/mlflow/${path}`);
}

function nextOf(document: Document | undefined): string | undefined {
  const token = document?.["next_page_token"];
  return typeof token === "string" && token !== "" ? token : undefined;
}
