import { describe, expect, test } from "vitest";

import { type Refusal, refused, unreachableRegistry } from "./registry-errors.ts";

const host = "registry.example.com";
const action = "read the image x";

function textOf(refusal: Partial<Refusal>): string {
  const { reason, message, help } = refused({
    host,
    action,
    status: 400,
    contentType: "application/json",
    body: "",
    anonymous: false,
    signIn: "sign in",
    ...refusal,
  });
  return `${reason}: ${message}; ${help ?? "-"}`;
}

const says = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });

describe("what a registry refuses", () => {
  test("with its own words", () => {
    expect([
      textOf({ status: 401, body: says("UNAUTHORIZED", "authentication required") }),
      textOf({ status: 401, anonymous: true }),
      textOf({ status: 403, body: says("DENIED", "push access denied") }),
      textOf({ status: 404, body: says("NAME_UNKNOWN", "repository name not known to registry") }),
      textOf({ status: 404, body: says("MANIFEST_UNKNOWN", "manifest unknown") }),
      textOf({
        status: 412,
        body: "Failed to process request due to 'recsys' configured as immutable.",
      }),
      textOf({ status: 429, body: says("TOOMANYREQUESTS", "slow\n down") }),
      textOf({ status: 502, contentType: "text/html", body: "<html>Bad Gateway</html>" }),
      textOf({ status: 400, body: says("MANIFEST_INVALID", "") }),
      textOf({ status: 400, body: "x".repeat(300) }),
    ]).toEqual([
      "permission: could not read the image x: registry.example.com does not accept the credentials (UNAUTHORIZED: authentication required); sign in",
      "permission: could not read the image x: registry.example.com wants to know who asks, and there are no credentials for it; sign in",
      "permission: could not read the image x: registry.example.com does not permit it (DENIED: push access denied); ask the people who run the registry for the right to push and pull",
      "not-found: could not read the image x: registry.example.com has no such repository (NAME_UNKNOWN: repository name not known to registry); create the repository in the registry, or check `registry` in esteira.yaml",
      "not-found: could not read the image x: MANIFEST_UNKNOWN: manifest unknown; -",
      "refused: could not read the image x: the tag is taken, and the registry keeps tags as they are (HTTP 412: Failed to process request due to 'recsys' configured as immutable.); raise `version` in config.yaml",
      "unavailable: could not read the image x: registry.example.com can't at the moment (TOOMANYREQUESTS: slow down); run it again in a while: what is there already is used",
      "invalid: could not read the image x: registry.example.com answered with a web page (HTTP 502) and not as a registry does; check `registry` of the environment in esteira.yaml; a proxy or a sign-in page may be in front of it",
      "failed: could not read the image x: registry.example.com refused (MANIFEST_INVALID); -",
      `failed: could not read the image x: registry.example.com refused (HTTP 400: ${"x".repeat(200)}); -`,
    ]);
  });
});

test("what keeps a registry from answering", () => {
  const failed = (code: string, message: string) =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
  const messages = [
    failed("ENOTFOUND", "getaddrinfo ENOTFOUND registry.example.com"),
    failed("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
    failed("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"),
    failed("ECONNREFUSED", "connect ECONNREFUSED 10.0.0.1:443"),
    new DOMException("no answer in time", "TimeoutError"),
    new DOMException("aborted", "AbortError"),
  ].map((thrown) => unreachableRegistry(host, action, thrown));
  expect(messages.map(({ reason, message, help }) => `${reason}: ${message}; ${help}`)).toEqual([
    "unavailable: could not read the image x: nobody knows the name registry.example.com; check `registry` of the environment in esteira.yaml, and the network",
    "unavailable: could not read the image x: the certificate of registry.example.com is not trusted (self-signed certificate in certificate chain); set NODE_EXTRA_CA_CERTS to the file with the certificate of its authority",
    "unavailable: could not read the image x: registry.example.com does not speak TLS; only a registry on this very machine (localhost, 127.0.0.1) is spoken to without TLS",
    "unavailable: could not read the image x: registry.example.com can't be reached (connect ECONNREFUSED 10.0.0.1:443); check `registry` of the environment in esteira.yaml, and the network",
    "unavailable: could not read the image x: registry.example.com did not answer in time; check `registry` of the environment in esteira.yaml, and the network",
    "interrupted: could not read the image x: interrupted; run it again: what is there already is used",
  ]);
});
