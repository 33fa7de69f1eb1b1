import { expect, test } from "vitest";

import type { AwsEnvironment } from "../../config/model.ts";
import { repositoryOf } from "./repository-reference.ts";

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
