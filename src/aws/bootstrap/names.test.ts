import { expect, test } from "vitest";

import { environmentName } from "../../core/ids.ts";
import { baseNames } from "./names.ts";

const environment = (name: string) => ({ name: environmentName(name), accountId: "123456789012" });

test("names everything after the workspace and the environment", () => {
  expect(baseNames("acme", environment("dev"))).toEqual({
    prefix: "esteira-acme-dev",
    roles: {
      step_functions: "esteira-acme-dev-step-functions",
      scheduler: "esteira-acme-dev-scheduler",
      task_execution: "esteira-acme-dev-task-execution",
      task: "esteira-acme-dev-task",
      instance: "esteira-acme-dev-instance",
      notifier: "esteira-acme-dev-notifier",
    },
    instanceProfile: "esteira-acme-dev-instance",
    securityGroup: "esteira-acme-dev-tasks",
    bucket: "esteira-acme-dev-123456789012",
    deadLetterQueue: "esteira-acme-dev-dead-letters",
    notifier: "esteira-acme-dev-notifier",
    notifierLogGroup: "/aws/lambda/esteira-acme-dev-notifier",
    runsRule: "esteira-acme-dev-runs",
    watchRule: "esteira-acme-dev-watch",
    dataRules: "esteira-acme-dev-on-",
  });
});

test.each([
  ["w".repeat(63), "e".repeat(20)],
  ["My.Workspace_2", "prd"],
  ["...", "dev"],
  [`${"w".repeat(40)}-end`, "a-long-environment"],
])("fits AWS's rules for %s in %s", (workspace, name) => {
  const names = baseNames(workspace, environment(name));
  for (const role of Object.values(names.roles)) expect(role).toMatch(/^[\w+=,.@-]{1,64}$/);
  expect(names.bucket).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  expect(names.deadLetterQueue).toMatch(/^[\w-]{1,80}$/);
  expect(names.securityGroup).toMatch(/^(?!sg-)[\w-]{1,255}$/);
});

test("never gives two environments one name, however long or alike", () => {
  const long = "w".repeat(62);
  const prefixes = [
    baseNames("acme", environment("dev")),
    baseNames("acme", environment("prd")),
    baseNames("acme.x", environment("dev")),
    baseNames("acme-x", environment("dev")),
    baseNames("ACME", environment("dev")),
    baseNames(`${long}a`, environment("dev")),
    baseNames(`${long}b`, environment("dev")),
  ];
  expect(new Set(prefixes.map(({ prefix }) => prefix)).size).toBe(prefixes.length);
  expect(new Set(prefixes.map(({ bucket }) => bucket)).size).toBe(prefixes.length);
});
