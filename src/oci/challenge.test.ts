import { expect, test } from "vitest";

import { parseChallenges } from "./challenge.ts";

test("a token's challenge, with commas in its scope", () => {
  expect(
    parseChallenges(
      'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:ml/images:pull,push"',
    ),
  ).toEqual([
    {
      scheme: "bearer",
      parameters: {
        realm: "https://auth.example.com/token",
        service: "registry.example.com",
        scope: "repository:ml/images:pull,push",
      },
    },
  ]);
});

test("several challenges in one header, quotes inside quotes, values without them", () => {
  expect(
    parseChallenges(
      'Basic realm="the \\"inner\\" registry", charset=UTF-8, Negotiate, Bearer Realm=x',
    ),
  ).toEqual([
    { scheme: "basic", parameters: { realm: 'the "inner" registry', charset: "UTF-8" } },
    { scheme: "negotiate", parameters: {} },
    { scheme: "bearer", parameters: { realm: "x" } },
  ]);
});

test("what is not a challenge", () => {
  expect(parseChallenges("")).toEqual([]);
  expect(parseChallenges('"quoted" first')).toEqual([]);
  expect(parseChallenges('=broken, realm="x"')).toEqual([]);
});
