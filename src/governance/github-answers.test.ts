import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import { putComment } from "./comment.ts";
import { openGitHub } from "./github.ts";
import { planProtection } from "./protection.ts";

const given = { status: 200, body: "" };
const server = createServer((_request, response) => {
  response.writeHead(given.status, { "content-type": "application/json" }).end(given.body);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

const acme = { owner: "acme", repo: "ml" };
const github = () => {
  const { port } = server.address() as AddressInfo;
  return openGitHub({ apiUrl: `http://127.0.0.1:${port}`, token: "t", version: "0" });
};

test.each([
  "null",
  "[]",
  '"text"',
  '{"required_status_checks":null}',
  '{"required_status_checks":{"checks":[null]}}',
  '{"restrictions":{"users":[null]}}',
])("a branch's protection that has another form is a message: %s", async (body) => {
  Object.assign(given, { status: 200, body });
  expect(await planProtection(github(), acme, "dev", { reviews: 1, checks: [] })).toMatchObject({
    ok: false,
    error: {
      message:
        "could not read how dev of acme/ml is protected: the answer doesn't have the form that GitHub describes",
    },
  });
});

test.each(["[null]", '[{"id":1,"html_url":null,"user":{}}]'])(
  "comments that have another form are a message: %s",
  async (body) => {
    Object.assign(given, { status: 200, body });
    const put = await putComment(github(), acme, { number: 7, marker: "m", body: "m" });
    expect(put).toMatchObject({
      ok: false,
      error: {
        message:
          "could not read the comments of acme/ml#7: the answer doesn't have the form that GitHub describes",
      },
    });
  },
);

test.each(["null", '{"message":{}}', '{"message":null}'])(
  "a refusal without words is one all the same: %s",
  async (body) => {
    Object.assign(given, { status: 422, body });
    expect(await planProtection(github(), acme, "dev", { reviews: 1, checks: [] })).toMatchObject({
      ok: false,
      error: { reason: "refused" },
    });
  },
);
