import { expect, test } from "vitest";

import { actorText } from "../core/actor.ts";
import { actorWith } from "./actor.ts";

const arn = "arn:aws:sts::123456789012:assumed-role/esteira-deploy/ci";
const job = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "acme/ml",
  GITHUB_RUN_ID: "42",
};

test("on AWS it is whom the credentials belong to, with the person and the job beside it", () => {
  expect(actorWith({})(arn)).toBe(arn);
  expect(actorWith({ ESTEIRA_ACTOR: "ana", GITHUB_ACTOR: "bia" })(arn)).toBe(`${arn} (ana)`);
  expect(actorWith({ ...job, GITHUB_ACTOR: "bia" })(arn)).toBe(
    `${arn} (bia, https://github.com/acme/ml/actions/runs/42)`,
  );
  expect(actorWith({ ...job, GITHUB_ACTIONS: undefined })(arn)).toBe(arn);
});

test("people are shown it without the account", () => {
  expect(actorText(`${arn} (ana)`)).toBe("assumed-role/esteira-deploy/ci (ana)");
  expect(actorText("ana")).toBe("ana");
});
