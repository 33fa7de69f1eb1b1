import { expect, test } from "vitest";

import { openMlflow } from "../../src/model-registry/mlflow.ts";
import { fakeServer } from "./rig/http-server.ts";

const json = { "content-type": "application/json" };

async function registryAt(trackingUri: string) {
  const sleep = () => Promise.resolve();
  const opened = await openMlflow({ trackingUri, variables: {}, sleep });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test("a workspace of five hundred projects asks once for each thousand models that the registry has", async () => {
  const names = Array.from({ length: 2500 }, (_, index) => `model-${index}`);
  await using server = await fakeServer((request, response) => {
    const query = new URL(request.url ?? "", "http://x").searchParams;
    const from = Number(query.get("page_token") ?? 0);
    const registered_models = names.slice(from, from + 1000).map((name) => ({
      name,
      latest_versions: [{ name, version: "3", current_stage: "Production", status: "READY" }],
    }));
    const next = from + 1000 < names.length ? { next_page_token: String(from + 1000) } : {};
    response.writeHead(200, json).end(JSON.stringify({ registered_models, ...next }));
  });
  const registry = await registryAt(server.url);
  const latest = await registry.latest(names.filter((_, index) => index % 5 === 0));
  expect(latest.ok && latest.value.size).toBe(500);
  expect(server.requests()).toBe(3);
});

test("pages that never end are not a hang", async () => {
  await using server = await fakeServer((request, response) => {
    const searched = request.url?.includes("model-versions/search") === true;
    const registered_model = { name: "recsys", aliases: [{ alias: "champion", version: "1" }] };
    const answer = searched
      ? { model_versions: [], next_page_token: "again" }
      : { registered_model };
    response.writeHead(200, json).end(JSON.stringify(answer));
  });
  const registry = await registryAt(server.url);
  expect(await registry.latest(["recsys"])).toEqual({
    ok: false,
    error: {
      reason: "unavailable",
      message: `MLflow at ${server.url} gives page after page without a last one`,
      help: "check that what is in front of the server passes on `page_token`",
    },
  });
  expect(server.requests()).toBe(101);
});
