import { expect, test } from "vitest";

import { credentialVariables, fromAuths } from "./credentials.ts";
import { registryUrl } from "./reference.ts";

test("without TLS to this very machine only", () => {
  expect(
    ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.0.1", "[::1]:5000"].map(registryUrl),
  ).toEqual([
    "http://localhost",
    "http://localhost:5000",
    "http://127.0.0.1:5000",
    "http://127.8.0.1",
    "http://[::1]:5000",
  ]);
  expect(
    ["10.0.0.1:5000", "localhost.example.com", "127.0.0.1.example.com"].map(registryUrl),
  ).toEqual([
    "https://10.0.0.1:5000",
    "https://localhost.example.com",
    "https://127.0.0.1.example.com",
  ]);
});

test("credentials as Docker writes them down", () => {
  const auth = (text: string) => Buffer.from(text).toString("base64");
  expect(fromAuths({ auth: auth("ana:with:colons") })).toEqual({
    kind: "password",
    username: "ana",
    password: "with:colons",
  });
  expect(fromAuths({ identitytoken: "token", auth: auth("<token>:") })).toEqual({
    kind: "identity-token",
    token: "token",
  });
  expect([fromAuths(undefined), fromAuths({}), fromAuths({ auth: "!" })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(credentialVariables("prd-eu")).toEqual({
    username: "ESTEIRA_REGISTRY_USERNAME_PRD_EU",
    password: "ESTEIRA_REGISTRY_PASSWORD_PRD_EU",
  });
});
