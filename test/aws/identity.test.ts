import { expect, test } from "vitest";

import { makeClients } from "../../src/aws/sdk/clients.ts";
import { identify } from "../../src/aws/sdk/identity.ts";
import { describeWith } from "../rig/parts.ts";
import { awsEnvironment } from "./rig/context.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { steppedTiming } from "./rig/timing.ts";

describeWith(moto(), "who the credentials belong to", (part) => {
  const server = useMoto(part);

  test("is known with its partition", async () => {
    const identity = await identify(server().clients(), awsEnvironment());
    expect(identity).toEqual({
      ok: true,
      value: {
        accountId: "123456789012",
        arn: "arn:aws:sts::123456789012:user/moto",
        partition: "aws",
      },
    });
  });

  test("has to be the environment's account", async () => {
    const clients = server().clients({ account: "111111111111" });
    expect(await identify(clients, awsEnvironment())).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message:
          "the credentials belong to account 111111111111 (arn:aws:sts::111111111111:user/moto), environment dev is account 123456789012",
        help: "use credentials of account 123456789012, or correct `account_id` of dev in esteira.yaml",
      },
    });
  });

  test("can't be known with keys that AWS doesn't know", async () => {
    await server().enforcePolicies(0);
    const clients = server().clients({
      credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" },
    });
    expect(await identify(clients, awsEnvironment())).toEqual({
      ok: false,
      error: {
        reason: "permission",
        message:
          "could not ask AWS in us-east-1 who the credentials belong to: AWS does not accept the credentials (InvalidClientTokenId: The security token included in the request is invalid)",
        help: "check which credentials are in use with `aws sts get-caller-identity`, and the machine's clock",
      },
    });
  });
});

test("says that nobody answers", async () => {
  const clients = makeClients({
    region: "us-east-1",
    endpointUrl: "http://127.0.0.1:1",
    timing: steppedTiming(),
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
  });
  expect(await identify(clients, awsEnvironment())).toEqual({
    ok: false,
    error: {
      reason: "unavailable",
      message:
        "could not ask AWS in us-east-1 who the credentials belong to: the endpoint can't be reached (connect ECONNREFUSED 127.0.0.1:1)",
      help: "check `region` and `endpoint_url` of the environment in esteira.yaml, and the network",
    },
  });
});
