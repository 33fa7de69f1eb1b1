import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openMlflow } from "../../src/model-registry/mlflow.ts";
import { answers } from "./rig/answers.ts";
import { fakeServer } from "./rig/http-server.ts";

type Variables = Readonly<Record<string, string>>;

/**
 * What asking for a model says: the failure, or how many versions there are. Pauses between tries
 * take no time.
 */
async function said(
  trackingUri: string,
  variables: Variables = {},
  timeoutMs = 30_000,
): Promise<string> {
  const opened = await openMlflow({
    trackingUri,
    variables,
    sleep: () => Promise.resolve(),
    timeoutMs,
  });
  if (!opened.ok) return `${opened.error.message}; ${opened.error.help ?? ""}`;
  const latest = await opened.value.latest(["recsys"]);
  if (latest.ok) return `${latest.value.get("recsys")?.length ?? "no"} versions`;
  const { reason, message, help } = latest.error;
  return `${reason}: ${message.replaceAll(trackingUri, "<mlflow>").replace(/127\.0\.0\.1:\d+/, "<host>")}; ${help ?? ""}`;
}

const model = JSON.stringify({ registered_model: { name: "recsys" } });
const json = { "content-type": "application/json" };
const patience = "look whether the server is well, and try again";

describe("an answer that isn't MLflow's is one sentence", () => {
  test.each(answers)("%s", async (_what, answer, sentence, requests) => {
    await using server = await fakeServer((_request, response) => answer(response));
    const late = sentence.includes("within 0.3 s");
    expect(await said(server.url, {}, late ? 300 : undefined)).toBe(sentence);
    expect(server.requests()).toBe(requests);
  });

  test.each([
    ["a document", json, '{"detail": "Not Found"}'],
    ["a page", { "content-type": "text/html" }, "<html>404 Not Found</html>"],
    ["a line", { "content-type": "text/plain" }, "404 page not found"],
    ["nothing", {}, ""],
  ])("a wrong path is named, whatever the 404 brings: %s", async (_what, headers, body) => {
    await using server = await fakeServer((_request, response) =>
      response.writeHead(404, headers).end(body),
    );
    const url = `${server.url}/wrong/`;
    expect((await said(url)).replaceAll(/http:\S*(?:<host>|127\.0\.0\.1:\d+)/g, "<server>")).toBe(
      "unavailable: no MLflow answers at <server>/wrong: a server is there, and it knows no path /wrong/api/2.0/mlflow (404); correct the path of `mlflow.tracking_uri` in esteira.yaml: MLflow is not below /wrong on <server>; its web page's address, up to `/#`, is the right one",
    );
  });

  test("trouble that passes is passed over", async () => {
    let tries = 0;
    await using server = await fakeServer((_request, response) => {
      tries += 1;
      if (tries < 3) response.writeHead(503).end();
      else response.writeHead(200, json).end(model);
    });
    expect(await said(server.url)).toBe("0 versions");
  });

  test("a write is never sent twice", async () => {
    await using server = await fakeServer((_request, response) => response.writeHead(503).end());
    const opened = await openMlflow({
      trackingUri: server.url,
      variables: {},
      sleep: () => Promise.resolve(),
    });
    if (!opened.ok) throw new Error(opened.error.message);
    const put = await opened.value.put("recsys", "1", { kind: "stage", stage: "Production" });
    expect(put.ok).toBe(false);
    expect(server.asked).toEqual(["POST /api/2.0/mlflow/model-versions/transition-stage"]);
  });
});

describe("where nobody answers", () => {
  test("nothing listens", async () => {
    const listening = createServer().listen(0, "127.0.0.1");
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    listening.close();
    await once(listening, "close");
    expect(await said(`http://127.0.0.1:${port}`)).toBe(
      `unavailable: nothing listens at <host>, where MLflow should be; ${patience}`,
    );
  });

  test("there is no such host", async () => {
    expect(await said("http://mlflow.invalid")).toBe(
      "unavailable: there is no host mlflow.invalid, where MLflow should be; correct `mlflow.tracking_uri` in esteira.yaml, or look at this machine's DNS and VPN",
    );
  });

  test("what answers doesn't speak HTTP", async () => {
    const other = createServer((socket) => {
      socket.on("error", () => undefined).end("SSH-2.0-OpenSSH_9.2\r\n");
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await said(`http://127.0.0.1:${port}`)).toBe(
      "unavailable: what listens at <host> doesn't speak HTTP; is it an https address?",
    );
    other.close();
  });

  test.each([
    ["databricks", "databricks"],
    ["sqlite://ana:s3c/r@t@db/mlflow", "sqlite://db/mlflow"],
    ["https://ana:s3cret@[mlflow", "https://[mlflow"],
  ])("only http and https addresses can be asked: not %s", async (address, shown) => {
    expect(await said(address)).toBe(
      `MLflow at ${shown} can't be asked: only http and https addresses can; give \`mlflow.tracking_uri\` the address of a tracking server, or say \`gate: off\``,
    );
  });
});

describe("certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "esteira-tls-"));
  const path = (name: string): string => join(folder, name);
  let tls = { key: "", cert: "" };
  beforeAll(() => {
    execFileSync(
      "openssl",
      [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mlflow",
        `-addext subjectAltName=IP:127.0.0.1 -keyout ${path("key.pem")} -out ${path("cert.pem")}`,
      ].flatMap((words) => words.split(" ")),
      { stdio: "ignore" },
    );
    tls = {
      key: readFileSync(path("key.pem"), "utf8"),
      cert: readFileSync(path("cert.pem"), "utf8"),
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("one that nobody vouches for is refused, unless MLflow's own variables say otherwise", async () => {
    await using server = await fakeServer(
      (_request, response) => response.writeHead(200, json).end(model),
      tls,
    );
    expect(await said(server.url)).toBe(
      "unavailable: the certificate of MLflow at <mlflow> is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); let MLFLOW_TRACKING_SERVER_CERT_PATH name its authority's certificate, or set MLFLOW_TRACKING_INSECURE_TLS=true where you accept any",
    );
    expect(await said(server.url, { MLFLOW_TRACKING_INSECURE_TLS: "true" })).toBe("0 versions");
    const MLFLOW_TRACKING_SERVER_CERT_PATH = path("cert.pem");
    expect(await said(server.url, { MLFLOW_TRACKING_SERVER_CERT_PATH })).toBe("0 versions");
    expect(await said(server.url, { MLFLOW_TRACKING_SERVER_CERT_PATH: "/none.pem" })).toBe(
      "MLFLOW_TRACKING_SERVER_CERT_PATH names /none.pem: there is no such file; let it name a file of PEM certificates, or unset it",
    );
  });

  test("https that isn't and http that shouldn't be", async () => {
    await using plain = await fakeServer((_request, response) => response.writeHead(200).end());
    expect(await said(plain.url.replace("http", "https"))).toMatch(
      /^unavailable: MLflow at <mlflow> doesn't speak TLS as it should \(\w+\); is it an http address\?$/,
    );
    await using moved = await fakeServer((request, response) =>
      response.writeHead(301, { location: `https://${request.headers.host ?? ""}/` }).end(),
    );
    expect(await said(moved.url)).toBe(
      "unavailable: MLflow at <mlflow> is at https only; write https in `mlflow.tracking_uri` of esteira.yaml",
    );
  });
});

describe("credentials, by MLflow's own variables", () => {
  const user = { MLFLOW_TRACKING_USERNAME: "ana", MLFLOW_TRACKING_PASSWORD: "s3cret" };
  const token = { MLFLOW_TRACKING_TOKEN: "t0ken" };

  test.each<[string, Variables, string, string]>([
    ["none", {}, "", "undefined"],
    ["a token", token, "", "Bearer t0ken"],
    ["user and password go before a token", { ...user, ...token }, "", "Basic ana:s3cret"],
    ["a user without a password is nobody", { MLFLOW_TRACKING_USERNAME: "ana" }, "", "undefined"],
    ["the address's own", {}, "eva:p%40ss@", "Basic eva:p@ss"],
    ["a percent sign that stands for itself", {}, "eva:100%@", "Basic eva:100%"],
  ])("%s", async (_name, variables, inAddress, sent) => {
    let header: string | undefined;
    await using server = await fakeServer((request, response) => {
      header = request.headers.authorization;
      response.writeHead(403, json).end('{"message": "not yours"}');
    });
    const address = server.url.replace("://", `://${inAddress}`);
    const sentence = await said(address, variables);
    const basic = header?.startsWith("Basic ") === true;
    expect(
      basic ? `Basic ${Buffer.from(String(header).slice(6), "base64").toString()}` : String(header),
    ).toBe(sent);
    expect(sentence).toContain(
      sent === "undefined"
        ? "asks for credentials (403)"
        : "refuses these credentials (403): not yours",
    );
    expect(sentence).not.toMatch(/s3cret|p@ss|p%40ss|t0ken/);
  });

  test.each(["t0ken\n", "t0kén\u0107"])("a token that can't be sent: %j", async (sent) => {
    expect(await said("http://127.0.0.1:9", { MLFLOW_TRACKING_TOKEN: sent })).toBe(
      "MLFLOW_TRACKING_TOKEN has a line break or another character that no token has; set it to the token alone: secrets that were copied from a file often end with its line break",
    );
  });

  test("over plain http to another machine they are warned of", async () => {
    const warnings = async (trackingUri: string) => {
      const sleep = () => Promise.resolve();
      const opened = await openMlflow({ trackingUri, variables: user, sleep });
      return opened.ok ? opened.value.warnings : [];
    };
    expect(await warnings("http://mlflow.example.com/")).toEqual([
      "the credentials for MLflow go to http://mlflow.example.com in clear text: an https address keeps them secret",
    ]);
    expect(await warnings("https://mlflow.example.com")).toEqual([]);
    expect(await warnings("http://localhost:5000")).toEqual([]);
  });
});
