import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { githubDescription, type Operation } from "./github-api.ts";
import { protectionAnswer } from "./github-protection.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  body: string;
  /** What the author is to the repository; absent: a collaborator. */
  readonly association?: string;
}

/** The state of one repository on GitHub, as far as it is asked about. */
export interface GitHubState {
  readonly comments: Comment[];
  /** What protects a branch, as it was put; null: the branch is there without protection. */
  readonly protection: Map<string, object | null>;
}

/**
 * GitHub's API for one repository: what its published description doesn't allow, it refuses and
 * notes.
 */
export interface GitHubServer extends AsyncDisposable {
  readonly url: string;
  readonly state: GitHubState;
  /** `GET issues/list-comments`, one a request that was allowed. */
  readonly asked: string[];
  /** What was wrong with requests, or with answers of this server. */
  readonly problems: string[];
  /** From now on every request is answered so; undefined: as GitHub would. */
  answer: Answer | undefined;
}

export const token = "gho_test";

type Handler = (
  operation: Operation,
  request: { readonly query: URLSearchParams; readonly body: Record<string, unknown> },
  state: GitHubState,
) => Answer;

let description: ReturnType<typeof githubDescription> | undefined;

/** @param name `owner/name` of the one repository that there is */
export async function startGitHub(name = "acme/ml"): Promise<GitHubServer> {
  description ??= githubDescription();
  const api = description;
  const state: GitHubState = { comments: [], protection: new Map() };
  const asked: string[] = [];
  const problems: string[] = [];
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const self: GitHubServer = {
    url,
    state,
    asked,
    problems,
    answer: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = ({ status, body, headers = {} }: Answer): void => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (self.answer !== undefined) return send(self.answer);
    if (request.headers.authorization !== `token ${token}`) {
      return send({ status: 401, body: { message: "Bad credentials", status: "401" } });
    }
    const operation = api.find(request.method ?? "", pathname);
    const { owner, repo } = operation?.parameters ?? {};
    if (operation === undefined || `${owner}/${repo}` !== name) {
      return send({ status: 404, body: { message: "Not Found", status: "404" } });
    }
    const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
    const wrong = operation.problems(searchParams, body);
    const handler = handlers[operation.id];
    if (wrong.length > 0 || handler === undefined) {
      problems.push(`${operation.id}: ${wrong.join("; ") || "not answered here"}`);
      return send({ status: 422, body: { message: wrong.join("; ") } });
    }
    asked.push(operation.id);
    const answer = handler(operation, { query: searchParams, body: body ?? {} }, state);
    problems.push(
      ...operation
        .wrongAnswer(answer.status, answer.body)
        .map((one) => `our ${operation.id}: ${one}`),
    );
    send(answer);
  };

  const commentOf = ({ id, issue, body, association }: Comment): object => ({
    ...api.example("issue-comment"),
    author_association: association ?? "COLLABORATOR",
    id,
    body,
    html_url: `https://github.com/${name}/pull/${issue}#issuecomment-${id}`,
  });
  const handlers: Readonly<Record<string, Handler>> = {
    "issues/list-comments": ({ parameters }, { query }) => {
      const all = state.comments.filter(
        ({ issue }) => issue === Number(parameters["issue_number"]),
      );
      const size = Number(query.get("per_page") ?? 30);
      const page = Number(query.get("page") ?? 1);
      const next = new URL(`/repos/${name}/issues/${parameters["issue_number"]}/comments`, url);
      next.search = `?per_page=${size}&page=${page + 1}`;
      return {
        status: 200,
        body: all.slice((page - 1) * size, page * size).map(commentOf),
        ...(all.length > page * size ? { headers: { link: `<${next.href}>; rel="next"` } } : {}),
      };
    },
    "issues/create-comment": ({ parameters }, { body }) => {
      const comment = {
        id: 1000 + state.comments.length,
        issue: Number(parameters["issue_number"]),
        body: String(body["body"]),
      };
      if (comment.body.length > 65_536) return tooLong;
      state.comments.push(comment);
      return { status: 201, body: commentOf(comment) };
    },
    "issues/update-comment": ({ parameters }, { body }) => {
      const comment = state.comments.find(({ id }) => id === Number(parameters["comment_id"]));
      if (comment === undefined) return { status: 404, body: { message: "Not Found" } };
      if (String(body["body"]).length > 65_536) return tooLong;
      comment.body = String(body["body"]);
      return { status: 200, body: commentOf(comment) };
    },
    "repos/get-branch-protection": ({ parameters }) => {
      const protection = state.protection.get(parameters["branch"] ?? "");
      if (protection === undefined) return { status: 404, body: { message: "Branch not found" } };
      if (protection === null) return { status: 404, body: { message: "Branch not protected" } };
      return { status: 200, body: protectionAnswer(api, url, protection) };
    },
    "repos/update-branch-protection": ({ parameters }, { body }) => {
      const branch = parameters["branch"] ?? "";
      if (!state.protection.has(branch)) {
        return { status: 404, body: { message: "Branch not found" } };
      }
      const status = body["required_status_checks"] as Record<string, unknown> | null;
      // What the description doesn't say: https://github.com/google/go-github/pull/2276
      if (status?.["contexts"] !== undefined && status["checks"] !== undefined) {
        return { status: 422, body: { message: "Invalid request." } };
      }
      const names = (status?.["contexts"] ?? []) as string[];
      const checks = status === null ? null : { ...status, checks: names.map(asCheck) };
      state.protection.set(branch, { ...body, required_status_checks: checks });
      return {
        status: 200,
        body: protectionAnswer(api, url, state.protection.get(branch) ?? {}),
      };
    },
    "repos/update-status-check-protection": ({ parameters }, { body }) => {
      const branch = parameters["branch"] ?? "";
      const put = state.protection.get(branch) as Record<string, unknown> | null | undefined;
      if (put === null || put === undefined) {
        return { status: 404, body: { message: "Branch not protected" } };
      }
      const checks = body["checks"] as { context: string }[];
      const contexts = checks.map(({ context }) => context);
      state.protection.set(branch, { ...put, required_status_checks: { ...body, contexts } });
      const answer = protectionAnswer(api, url, state.protection.get(branch) ?? {});
      return { status: 200, body: answer["required_status_checks"] };
    },
  };
  return self;
}

const asCheck = (context: string) => ({ context });

const tooLong: Answer = {
  status: 422,
  body: { message: "Validation Failed: body is too long (maximum is 65536 characters)" },
};
