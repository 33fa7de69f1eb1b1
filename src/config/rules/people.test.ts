import { expect, test } from "vitest";
import { AWS_WORKSPACE, linesOf } from "../fixtures/checked.ts";
import { isEmail } from "./people.ts";

test.each([
  ["ml-team@rentcars.com", true],
  ["a.b+tag@sub.example.com.br", true],
  ["joão@example.com", true],
  ["ml-team", false],
  ["a@b", false],
  ["a@b..com", false],
  ["a b@example.com", false],
  [".a@example.com", false],
  ["a@example.com ", false],
  ["a@@example.com", false],
  ["a@-example.com", false],
  ["a@example.123", false],
  [`${"a".repeat(65)}@example.com`, false],
  ["", false],
])("%j is an address: %s", (text, expected) => {
  expect(isEmail(text)).toBe(expected);
});

test("owners and recipients", () => {
  expect(
    linesOf(`owners: {tech_owner: ml-team}
notifications:
  on_success: [ok@example.com, "https://hooks.example.com/a"]
  on_failure: [a@b, "http://example.com/a", "https://localhost", "mailto:a@example.com"]`).join(
      "\n",
    ),
  ).toMatchInlineSnapshot(`
    "1:22 [ml-team] error config/email: "ml-team" is not an e-mail address; write it as in ml-team@example.com
    4:16 [a@b] error config/email: "a@b" is not an e-mail address; write it as in ml-team@example.com
    4:21 [**********************] error config/webhook: "http://example.com/…" can't be a webhook; a webhook starts with https:// and a host's name
    4:45 [*******************] error config/webhook: "https://localhost/…" can't be a webhook; a webhook starts with https:// and a host's name
    4:66 [**********************] error config/webhook: "mailto:…" can't be a webhook; a webhook starts with https:// and a host's name"
  `);
});

test("a webhook may be given with the form that it takes", () => {
  expect(
    linesOf(
      'notifications: {on_failure: [{url: "https://flows.example.com/a?sig=x", format: teams}]}',
    ),
  ).toEqual([]);
  expect(
    linesOf(`notifications:
  on_success: [{url: "https://localhost/x", format: teams}, {url: ana@example.com, format: json}]`).join(
      "\n",
    ),
  ).toMatchInlineSnapshot(`
    "2:22 [*********************] error config/webhook: "https://localhost/…" can't be a webhook; a webhook starts with https:// and a host's name
    2:67 [***************] error config/webhook: "ana@example.com" can't be a webhook; a webhook starts with https:// and a host's name"
  `);
  expect(
    linesOf(`notifications:
  on_failure:
    - {url: "https://flows.example.com/a", format: team}
    - {url: "https://flows.example.com/a"}
    - {url: "https://flows.example.com/a", form: teams}
    - 5
    - [ana@example.com]`).join("\n"),
  ).toMatchInlineSnapshot(`
    "3:52 [team] error config/not-allowed: format must be "teams", "slack", "discord", "google-chat" or "json", not "team"; did you mean "teams"?
    4:8 [url] error config/missing-field: format is missing; write "teams", "slack", "discord", "google-chat" or "json"
    5:8 [url] error config/missing-field: format is missing; write "teams", "slack", "discord", "google-chat" or "json"
    5:44 [form] error config/unknown-key: there is no field "form" in notifications.on_failure[2]; did you mean "format"?
    6:7 [5] error config/wrong-type: item 4 of on_failure must be text or a group of fields, not 5; E-mail address, or an https: webhook; {url, format} where the form is chosen.
    7:7 [[] error config/wrong-type: item 5 of on_failure must be text or a group of fields, not a list; E-mail address, or an https: webhook; {url, format} where the form is chosen."
  `);
});

test("models", () => {
  expect(linesOf("model: {required: false, promote_on_deploy: true, name: a/b}").join("\n"))
    .toMatchInlineSnapshot(`
    "1:26 [promote_on_deploy] warning config/model-not-required: model.promote_on_deploy does nothing while the model isn't required; remove required: false, or this field
    1:57 [a/b] error config/model-name: "a/b" can't be the name of a registered model; leave out "/" and ":""
  `);
  expect(linesOf('model: {metrics: {auc: ">= 0.8", rmse: "<1e3", a: good, b: 0.8}}').join("\n"))
    .toMatchInlineSnapshot(`
    "1:51 [good] error config/bad-format: a must be a comparison such as ">=0.8" (with >=, >, <=, < or ==), not "good"; A comparison in quotes, such as ">=0.8".
    1:60 [0.8] error config/bad-format: b must be a comparison such as ">=0.8" (with >=, >, <=, < or ==), not "0.8"; A comparison in quotes, such as ">=0.8"."
  `);
});

test("overlays are for environments and steps that exist", () => {
  expect(
    linesOf(
      "infra: {compute: {ec2_type: t3.large}}\nenvironments: {prod: {}, prd: {batch: {pipeline: {steps: [{id: a}]}}}}",
      { workspace: AWS_WORKSPACE },
    ).join("\n"),
  ).toMatchInlineSnapshot(`
    "2:16 [prod] error config/unknown-environment: there is no environment "prod" in this workspace; did you mean "prd"?
    2:64 [a] error config/unknown-step: the overlay of prd changes step "a", which is not a step of this pipeline; there is none yet"
  `);
});
