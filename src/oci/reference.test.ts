import { expect, test } from "vitest";

import type { AwsEnvironment } from "../config/model.ts";
import { credentialVariables, fromAuths } from "./credentials.ts";
import { turns } from "../aws/images/builder.ts";
import { registryUrl, repositoryOf } from "./reference.ts";

const environment = (repository: AwsEnvironment["repository"]) =>
  ({
    name: "dev",
    accountId: "123456789012",
    region: "sa-east-1",
    repository,
  }) as unknown as AwsEnvironment;

test("where an environment's images are", () => {
  const ecr = environment({ kind: "ecr", name: "team/ml" });
  const oci = (reference: string) => repositoryOf(environment({ kind: "oci", reference }), "aws");
  expect(repositoryOf(ecr, "aws")).toEqual({
    ok: true,
    value: { host: "123456789012.dkr.ecr.sa-east-1.amazonaws.com", path: "team/ml" },
  });
  expect(repositoryOf(ecr, "aws-cn")).toMatchObject({
    value: { host: "123456789012.dkr.ecr.sa-east-1.amazonaws.com.cn" },
  });
  expect(oci("registry.example.com:8443/team/ml")).toEqual({
    ok: true,
    value: { host: "registry.example.com:8443", path: "team/ml" },
  });
  expect(oci("localhost/ml")).toMatchObject({ value: { host: "localhost", path: "ml" } });
  expect(oci("team/ml").ok).toBe(false);
});

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

test("work takes turns, also after a failure", async () => {
  const turn = turns(2);
  const finish: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = (fails: boolean) =>
    turn(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
      if (fails) throw new Error("failed");
    }).catch(() => undefined);
  const all = [true, false, true, false, false].map(work);
  for (let done = 0; done < all.length;) {
    const next = finish.shift();
    if (next !== undefined) {
      next();
      done += 1;
    }
    await Promise.resolve();
  }
  await Promise.all(all);
  expect([most, running]).toEqual([2, 0]);
});
