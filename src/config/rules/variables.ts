import type { Path, Problem } from "../problem.ts";
import { parseSecret } from "../normalize.ts";
import { sharedSecrets } from "../shared-secrets.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/**
 * Set by the ECS agent or the Lambda-like environments of AWS; a task that brings its own breaks
 * its credentials or metadata.
 */
const OF_AWS = new Set([
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EXECUTION_ENV",
]);

const CREDENTIALS = new Set(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]);

/** What the release's variables may take in a task definition, which has 64 KiB. */
const MAX_VARIABLES_BYTES = 48 * 1024;

interface Written {
  readonly name: string;
  readonly value: string;
  readonly path: Path;
}

/** Names that the platform or Esteira sets. */
export function variablesAreNotReserved(context: ProjectContext): Problem[] {
  const secrets = Object.keys(context.config.runtime?.secrets ?? {}).map((name) => ({
    name,
    path: ["runtime", "secrets", name],
  }));
  return [...written(context), ...secrets].flatMap(({ name, path }): Problem[] => {
    const owner = ownerOf(name);
    if (owner === undefined) return [];
    return [
      {
        code: "config/reserved-variable",
        path,
        at: "key",
        message: `the variable ${name} is set by ${owner}`,
        help: "choose another name",
      },
    ];
  });
}

function ownerOf(name: string): string | undefined {
  if (/^ESTEIRA_/i.test(name)) return "Esteira";
  if (name.startsWith("ECS_") || OF_AWS.has(name)) return "AWS";
  return undefined;
}

/**
 * `ENV` is always the environment's name, so another value is an error in waiting: it is reported,
 * and not used.
 */
export function envIsTheEnvironment(context: EnvironmentContext): Problem[] {
  return written(context).flatMap(({ name, value, path }): Problem[] =>
    name !== "ENV" || value === context.environment.name
      ? []
      : [
          {
            code: "config/env-is-set",
            severity: "warning",
            path,
            message: `ENV is always the environment's name; the value ${JSON.stringify(value)} is not used`,
            help: "remove the line",
          },
        ],
  );
}

/** `PATH` isn't added to what the image has: it takes its place, and nothing in it is expanded. */
export function pathIsTheImages(context: ProjectContext): Problem[] {
  return written(context).flatMap(({ name, value, path }): Problem[] => {
    if (name !== "PATH") return [];
    const unexpanded = value.includes("$");
    return [
      {
        code: "config/path-variable",
        severity: unexpanded ? "error" : "warning",
        path,
        message: unexpanded
          ? `PATH is taken as it is written, ${JSON.stringify(value)}: no variable in it is expanded, so no program would be found`
          : "PATH takes the place of the image's own, and of the Python environment's on this machine",
        help: "add a folder in the Dockerfile (`ENV PATH=/opt/tools/bin:$PATH`) or in the command (`PATH=/opt/tools/bin:$PATH python score.py`)",
      },
    ];
  });
}

/** Names of variables that hold secrets; who knows a webhook's address can post to it. */
const secretName =
  /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|SECRET_KEY)$|(?:^|_)WEBHOOK(?:_|$)/i;

/** An address that says who asks, and with which password: `postgresql://ana:x@host/db`. */
function hasPassword(value: string): boolean {
  return /(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i.test(value.slice(0, 32_768));
}

/**
 * What is written here is readable by everybody who can read the repository or describe a task
 * definition, for ever.
 */
export function secretsAreNotInPlainText(context: ProjectContext): Problem[] {
  return written(context).flatMap(({ name, value, path }): Problem[] => {
    if (CREDENTIALS.has(name)) {
      return [
        {
          code: "config/plain-secret",
          path,
          at: "key",
          hidden: true,
          message: `${name} doesn't belong in a file`,
          help: "a step has the rights of its role; set infra.task_role_arn, or remove the line",
        },
      ];
    }
    if (value === "" || !(secretName.test(name) || hasPassword(value))) return [];
    return [
      {
        code: "config/plain-secret",
        severity: "warning",
        path,
        at: "key",
        hidden: true,
        message: secretName.test(name)
          ? `${name} looks like a secret in plain text`
          : `the address in ${name} has a password in plain text`,
        help: `store it and name it under runtime.secrets, as in ${name}: "ssm:${name.toLowerCase()}"`,
      },
    ];
  });
}

/** References have one of two forms, and their names are below the project's own path. */
export function secretsAreReferences({
  config,
  project,
  environment,
}: EnvironmentContext): Problem[] {
  return Object.entries(config.runtime?.secrets ?? {}).flatMap(([name, text]): Problem[] => {
    const secret = parseSecret(text);
    const path = ["runtime", "secrets", name];
    const owner = secret?.shared === true ? sharedSecrets : project.name;
    const prefix = `/esteira/${environment.name}/${owner}/`;
    if (!secret || secret.name.split("/").some((part) => /^\.+$/.test(part))) {
      const absolute = /^(ssm|secretsmanager|shared):\//.test(text);
      return [
        {
          code: "config/secret-reference",
          path,
          hidden: true,
          message: `${name} must name a secret: ssm:NAME, secretsmanager:NAME[:key] or shared:NAME`,
          help: absolute
            ? `leave out the path: names are below /esteira/{environment}/{project}/`
            : text.startsWith("shared:")
              ? "the name of a shared secret has letters, digits and underscores, and doesn't start with a digit"
              : "names have letters, digits, dots, hyphens, underscores and slashes; the value itself is never written here",
        },
      ];
    }
    // Longest name:
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html and
    // CreateSecret's 512.
    const longest = secret.source === "ssm" ? 1011 : 512;
    const tooDeep = secret.source === "ssm" && (prefix + secret.name).split("/").length - 1 > 15;
    if ((prefix + secret.name).length <= longest && !tooDeep) return [];
    return [
      {
        code: "config/secret-reference",
        path,
        message: `the name of the secret ${name} is too ${tooDeep ? "deep" : "long"} for AWS`,
        help: tooDeep ? "use at most 11 slashes" : "shorten it",
      },
    ];
  });
}

/** ECS refuses a container in which a name is both. */
export function secretsAndVariablesDiffer(context: ProjectContext): Problem[] {
  const secrets = context.config.runtime?.secrets ?? {};
  return written(context).flatMap(({ name, path }): Problem[] =>
    Object.hasOwn(secrets, name)
      ? [
          {
            code: "config/secret-and-variable",
            path,
            at: "key",
            message: `${name} is both a variable and a secret`,
            help: "remove one of the two",
            related: [{ path: ["runtime", "secrets", name], message: "the secret is named here" }],
          },
        ]
      : [],
  );
}

/** All variables of the project go into one task definition. */
export function variablesFitTaskDefinition({ config }: ProjectContext): Problem[] {
  const bytes = Buffer.byteLength(JSON.stringify(config.runtime?.env_vars ?? {}));
  if (bytes <= MAX_VARIABLES_BYTES) return [];
  return [
    {
      code: "config/variables-too-large",
      path: ["runtime", "env_vars"],
      at: "key",
      message: `env_vars has ${bytes.toLocaleString("en-US")} bytes; a task definition has room for about ${MAX_VARIABLES_BYTES.toLocaleString("en-US")}`,
      help: "put large values into a file of the project",
    },
  ];
}

function written({ config }: ProjectContext): Written[] {
  const steps = config.batch?.pipeline?.steps ?? [];
  return [
    ...entries(config.runtime?.env_vars, ["runtime", "env_vars"]),
    ...steps.flatMap((step, index) => [
      ...entries(step.env_vars, stepPath(index, "env_vars")),
      ...entries(step.sample_env, stepPath(index, "sample_env")),
    ]),
  ];
}

function entries(variables: Readonly<Record<string, string>> | undefined, path: Path): Written[] {
  return Object.entries(variables ?? {}).map(([name, value]) => ({
    name,
    value,
    path: [...path, name],
  }));
}
