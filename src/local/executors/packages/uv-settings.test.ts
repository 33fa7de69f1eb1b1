import { expect, test } from "vitest";

import type { PipSettings, ProcessEnvironment } from "./pip-settings.ts";
import { noFileOptions, uvSettings } from "./uv-settings.ts";

const always = { UV_INDEX_STRATEGY: "unsafe-best-match", UV_NO_CONFIG: "1", UV_NO_PROGRESS: "1" };

function translated(
  pip: PipSettings,
  environment: ProcessEnvironment = {},
  file = noFileOptions,
  machineHasCertificates = false,
) {
  return uvSettings(pip, file, environment, machineHasCertificates);
}

test("without settings uv gets what makes it choose as pip does", () => {
  expect(translated({}, { PATH: "/bin" })).toEqual({
    environment: { PATH: "/bin", ...always },
    flags: [],
  });
  expect(translated({}, {}, noFileOptions, true).environment["UV_SYSTEM_CERTS"]).toBe("true");
});

test("each of pip's settings has its place", () => {
  const { environment, flags } = translated({
    "index-url": "https://index/simple",
    "extra-index-url": "https://one/simple\nhttps://two/simple",
    "find-links": "/wheels https://links",
    "no-index": "yes",
    cert: "/ca.pem",
    "client-cert": "/client.pem",
    "trusted-host": "one two:8080",
    proxy: "proxy:3128",
    timeout: "30.5",
    retries: "4",
    "keyring-provider": "import",
    constraint: "/a.txt /b.txt",
    pre: "1",
    "require-hashes": "true",
    "no-binary": "numpy,scipy",
    "only-binary": ":all:",
  });
  expect(environment).toEqual({
    ...always,
    UV_DEFAULT_INDEX: "https://index/simple",
    UV_INDEX: "https://one/simple https://two/simple",
    UV_FIND_LINKS: "/wheels,https://links",
    SSL_CERT_FILE: "/ca.pem",
    SSL_CLIENT_CERT: "/client.pem",
    UV_INSECURE_HOST: "one two:8080",
    HTTP_PROXY: "http://proxy:3128",
    http_proxy: "http://proxy:3128",
    HTTPS_PROXY: "http://proxy:3128",
    https_proxy: "http://proxy:3128",
    ALL_PROXY: "http://proxy:3128",
    all_proxy: "http://proxy:3128",
    UV_HTTP_TIMEOUT: "30",
    UV_HTTP_RETRIES: "4",
    UV_KEYRING_PROVIDER: "subprocess",
    UV_CONSTRAINT: "/a.txt /b.txt",
    UV_BUILD_CONSTRAINT: "/a.txt /b.txt",
    UV_PRERELEASE: "allow",
    UV_REQUIRE_HASHES: "true",
  });
  expect(flags).toEqual([
    "--no-index",
    "--no-binary=numpy",
    "--no-binary=scipy",
    "--only-binary=:all:",
  ]);
});

test("what is set for uv itself goes before, and what would have it work elsewhere doesn't count", () => {
  const own = {
    UV_DEFAULT_INDEX: "https://mine/simple",
    UV_INDEX_CORP_PASSWORD: "secret",
    UV_PROJECT_ENVIRONMENT: "/elsewhere",
    UV_SYSTEM_PYTHON: "1",
    UV_LINK_MODE: "symlink",
    UV_PYTHON: "3.8",
    UV_CONFIG_FILE: "/uv.toml",
  };
  expect(translated({ "index-url": "https://pip/simple" }, own).environment).toEqual({
    ...always,
    UV_DEFAULT_INDEX: "https://mine/simple",
    UV_INDEX_CORP_PASSWORD: "secret",
  });
});

test("certificates: pip's, then those of its libraries, then those of the whole environment", () => {
  const environment = { SSL_CERT_FILE: "/all.pem", REQUESTS_CA_BUNDLE: "/requests.pem" };
  const file = (pip: PipSettings, variables: ProcessEnvironment) =>
    translated(pip, variables).environment["SSL_CERT_FILE"];
  expect(file({ cert: "/pip.pem" }, environment)).toBe("/pip.pem");
  expect(file({}, environment)).toBe("/requests.pem");
  expect(file({}, { SSL_CERT_FILE: "/all.pem" })).toBe("/all.pem");
});

test("a file that names its own index gets no other, as with pip", () => {
  const file = { ownIndex: true, pre: true, trustedHosts: ["there"], hashes: true };
  const pip = { "index-url": "https://pip/simple", "extra-index-url": "https://more/simple" };
  expect(translated(pip, {}, file).environment).toEqual({
    ...always,
    UV_INSECURE_HOST: "there",
    UV_PRERELEASE: "allow",
    UV_REQUIRE_HASHES: "true",
  });
});
