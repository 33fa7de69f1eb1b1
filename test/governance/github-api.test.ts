import { expect, test } from "vitest";

import { githubDescription } from "./github-api.ts";

test("GitHub's own description distinguishes right requests and answers from wrong ones", () => {
  const api = githubDescription();
  const none = new URLSearchParams();
  const create = api.find("POST", "/repos/acme/ml/issues/7/comments");
  expect(create?.id).toBe("issues/create-comment");
  expect(create?.parameters).toEqual({ owner: "acme", repo: "ml", issue_number: "7" });
  expect(create?.problems(none, { body: "hello" })).toEqual([]);
  expect(create?.problems(none, { text: "hello" })).toEqual([
    "/ must have required property 'body'",
  ]);
  expect(create?.problems(none, { body: 1 })).toEqual(["/body must be string"]);
  expect(create?.wrongAnswer(201, api.example("issue-comment"))).toEqual([]);
  expect(create?.wrongAnswer(201, {}).length).toBeGreaterThan(3);
  expect(create?.wrongAnswer(204, {})).toEqual(["204 is not an answer"]);

  const list = api.find("GET", "/repos/acme/ml/issues/7/comments");
  expect(list?.problems(new URLSearchParams("per_page=100&page=2"), undefined)).toEqual([]);
  expect(list?.problems(new URLSearchParams("size=100"), undefined)).toEqual([
    "there is no query parameter size",
  ]);
  expect(list?.problems(none, {})).toEqual(["there is no body"]);
  expect(api.find("GET", "/repos/acme/ml/no-such-thing")).toBeUndefined();
});
