import { text } from "node:stream/consumers";

import { makeClients } from "../../../src/aws/sdk/clients.ts";
import { projectName } from "../../../src/core/ids.ts";
import { deploy, environmentAround, recsys } from "../deploy-fixture.ts";
import { awsContext } from "../rig/context.ts";
import { acceleratedTiming } from "../rig/timing.ts";
import type { Doing } from "./deploying.ts";

// A process that is given on standard input what to deploy, deploys it and ends, if it isn't killed
// before.
const changeLines = await text(process.stdin);
if (changeLines === "") process.exit();
const doing = JSON.parse(changeLines) as Doing;
const timing = acceleratedTiming(doing.factor);
const clients = makeClients({
  region: "us-east-1",
  endpointUrl: doing.endpointUrl,
  timing,
  credentials: { accessKeyId: "AKIAESTEIRATEST", secretAccessKey: "secret" },
});
const around = environmentAround(awsContext(clients, { environment: doing.environment, timing }));
const { summary } = await deploy(
  await around.open(),
  [around.release(recsys({ name: projectName(doing.project) }))],
  { known: doing.known.map(projectName) },
);
process.stdout.write(JSON.stringify(summary));
