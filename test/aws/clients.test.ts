import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DeleteClusterCommand, ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, expect, test, vi } from "vitest";

import { makeClients } from "../../src/aws/sdk/clients.ts";
import { awsError } from "../../src/aws/sdk/errors.ts";
import { steppedTiming } from "./rig/timing.ts";

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };
const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Takes AWS's place: answers with what `answer` says to the n-th request. */
async function standIn(
  answer: (n: number, request: IncomingMessage) => Answer,
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    requests.push(request);
    const { status, body } = answer(requests.length, request);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const throttle: Answer = {
  status: 400,
  body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
};
const clusters: Answer = { status: 200, body: '{"clusterArns":[]}' };
const cluster: Answer = { status: 200, body: '{"cluster":{"clusterName":"c"}}' };

test("tries a throttled request again until it is served, in the name of Esteira", async () => {
  const { url, requests } = await standIn((n) => (n < 8 ? throttle : clusters));
  const timing = steppedTiming();
  const { ecs } = makeClients({
    region: "us-east-1",
    endpointUrl: url,
    timing,
    credentials,
    version: "1.2.3",
  });
  await ecs.send(new ListClustersCommand());
  expect(requests).toHaveLength(8);
  expect(requests.map(({ headers }) => headers["user-agent"])).toSatisfy((agents: string[]) =>
    agents.every((agent) => agent.includes("esteira/1.2.3")),
  );
});

test("gives up after eight attempts, and says that AWS throttles", async () => {
  const { url, requests } = await standIn(() => throttle);
  const { ecs } = makeClients({
    region: "us-east-1",
    endpointUrl: url,
    timing: steppedTiming(),
    credentials,
  });
  const failure = await ecs.send(new ListClustersCommand()).catch((error: unknown) => error);
  expect(requests).toHaveLength(8);
  expect(awsError(failure, { action: "list clusters" }).message).toBe(
    "could not list clusters: AWS still throttles after many attempts (ThrottlingException: Rate exceeded)",
  );
});

test("takes a token for each attempt, and counts on nothing saved up after a throttle", async () => {
  const { url } = await standIn((n) => (n === 1 ? throttle : cluster));
  const timing = steppedTiming();
  const { ecs } = makeClients({ region: "us-east-1", endpointUrl: url, timing, credentials });
  await ecs.send(new DeleteClusterCommand({ cluster: "c" }));
  // Back-off of half of 500 ms; at half of the rate an eighth of a token has come by since, and by
  // now the rate is a little more.
  expect(timing.slept).toEqual([250, 1736]);
});

test("stops waiting for a token when asked to", async () => {
  const { url, requests } = await standIn(() => cluster);
  const aborter = new AbortController();
  const timing = {
    ...steppedTiming(),
    sleep: (_: number, signal?: AbortSignal) => {
      aborter.abort(new Error("Ctrl-C"));
      signal?.throwIfAborted();
      return Promise.resolve();
    },
  };
  const { ecs } = makeClients({ region: "us-east-1", endpointUrl: url, timing, credentials });
  const remove = () =>
    ecs.send(new DeleteClusterCommand({ cluster: "c" }), { abortSignal: aborter.signal });
  for (let burst = 0; burst < 15; burst += 1) await remove();
  await expect(remove()).rejects.toThrow("Ctrl-C");
  expect(requests).toHaveLength(15);
});

test("doesn't send again what AWS has refused", async () => {
  const { url, requests } = await standIn(() => ({
    status: 400,
    body: '{"__type":"InvalidParameterException","message":"no"}',
  }));
  const { ecs } = makeClients({
    region: "us-east-1",
    endpointUrl: url,
    timing: steppedTiming(),
    credentials,
  });
  await expect(ecs.send(new ListClustersCommand())).rejects.toThrow("no");
  expect(requests).toHaveLength(1);
});

test("says that an endpoint can't be reached", async () => {
  const { url } = await standIn(() => clusters);
  servers.pop()?.close();
  const { sts } = makeClients({
    region: "us-east-1",
    endpointUrl: url,
    timing: steppedTiming(),
    credentials,
  });
  const failure = await sts.send(new GetCallerIdentityCommand()).catch((error: unknown) => error);
  expect(awsError(failure, { action: "ask who the credentials belong to" })).toEqual({
    reason: "unavailable",
    message: `could not ask who the credentials belong to: the endpoint can't be reached (connect ECONNREFUSED ${url.slice(7)})`,
    help: "check `region` and `endpoint_url` of the environment in esteira.yaml, and the network",
  });
});

test("looks credentials up once for all clients", async () => {
  const folder = await mkdtemp(join(tmpdir(), "esteira-"));
  const keys = { Version: 1, AccessKeyId: "AKIAEXAMPLE", SecretAccessKey: "secret" };
  await writeFile(
    join(folder, "look-up.sh"),
    `echo once more >> ${folder}/look-ups\necho '${JSON.stringify(keys)}'\n`,
  );
  await writeFile(
    join(folder, "config"),
    `[profile test]\ncredential_process = sh ${folder}/look-up.sh\n`,
  );
  vi.stubEnv("AWS_PROFILE", "test");
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "none"));
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  const { url, requests } = await standIn((_, { headers }) =>
    headers["x-amz-target"] === undefined ? { status: 404, body: "" } : clusters,
  );
  const clients = makeClients({ region: "us-east-1", endpointUrl: url, timing: steppedTiming() });
  await clients.ecs.send(new ListClustersCommand());
  await clients.s3.send(new GetObjectCommand({ Bucket: "b", Key: "k" })).catch(() => undefined);
  expect(requests).toHaveLength(2);
  expect(await readFile(join(folder, "look-ups"), "utf8")).toBe("once more\n");
  await rm(folder, { recursive: true });
});
