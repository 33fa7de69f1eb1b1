import { ok, type Result } from "../../../core/result.ts";
import { failed, fromPlatform, refused, type Failure } from "../../../app/failure.ts";
import { suggestion } from "../../../app/names.ts";
import { listSecrets, secretDocument, secretsDocument } from "../../../app/secrets/list-secrets.ts";
import {
  findSecret,
  knownProject,
  namedSecrets,
  type NamedSecret,
} from "../../../app/secrets/named-secret.ts";

import { withSecrets, type SecretSession } from "../../../app/secrets/secret-session.ts";
import { secretValue } from "../../../app/secrets/secret-value.ts";
import { whoGetsIt, renderSecrets } from "../../render/secrets.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type { secretsListCommand } from "./secrets-list-command.ts";
import type { secretsRmCommand } from "./secrets-rm-command.ts";
import type { secretsSetCommand } from "./secrets-set-command.ts";

export const set: ActionOf<typeof secretsSetCommand> = async (context, flags, name) =>
  withSecrets(context, flags.env, async (session) => {
    const { store, environment } = session;
    const secret = meant(session, name, flags.project);
    if (!secret.ok) return secret;
    const typed = await context.readHidden(`Value of ${name} in ${environment}: `);
    if (typed === undefined) return refused("nothing was changed", "No value was given.");
    const value = secretValue(typed);
    if (!value.ok) return value;
    const done = await store.set(secret.value, value.value);
    if (!done.ok) return failed(fromPlatform(done.error));
    await record(context, session, "set-secret", secret.value);
    const place = store.placeOf(secret.value);
    if (flags.json === true) {
      printJson(context, "secret", secretDocument(environment, secret.value, place, done.value));
      return ok("ok");
    }
    const { style } = context.out;
    const how = done.value === "created" ? "is set" : "has a new value";
    context.out.lines([
      `${style.green("✓")} ${secret.value.variable} ${how} in ${place.where}.`,
      `  ${style.dim(whoGetsIt(secret.value))}`,
    ]);
    return ok("ok");
  });

export const rm: ActionOf<typeof secretsRmCommand> = async (context, flags, name) =>
  withSecrets(context, flags.env, async (session) => {
    const { store, environment } = session;
    const secret = meant(session, name, flags.project);
    if (!secret.ok) return secret;
    const place = store.placeOf(secret.value);
    if (flags.yes !== true) {
      const agreed = await confirm(
        context,
        `Remove ${secret.value.variable} from ${place.where}? ${whoGetsIt(secret.value)}`,
        suggestion(
          environment,
          "secrets rm",
          name,
          ...(flags.project === undefined ? [] : ["--project", flags.project]),
        ),
        "removes a secret",
      );
      if (!agreed.ok) return agreed;
    }
    const done = await store.remove(secret.value);
    if (!done.ok) return failed(fromPlatform(done.error));
    if (done.value === "removed") await record(context, session, "remove-secret", secret.value);
    if (flags.json === true) {
      printJson(context, "secret", secretDocument(environment, secret.value, place, done.value));
      return ok("ok");
    }
    const { style } = context.out;
    context.out.line(
      done.value === "removed"
        ? `${style.yellow("■")} ${secret.value.variable} is removed from ${place.where}.`
        : `${secret.value.variable} isn't in ${place.where}; nothing to remove.`,
    );
    return ok("ok");
  });

export const list: ActionOf<typeof secretsListCommand> = async (context, flags) =>
  withSecrets(context, flags.env, async ({ store, environment, projects }) => {
    const found = await listSecrets(store, namedSecrets(projects));
    if (!found.ok) return found;
    if (flags.json === true) {
      printJson(context, "secrets", secretsDocument(environment, found.value));
    } else if (found.value.length === 0) {
      context.out.line(`No project names a secret, and none is kept in ${environment}.`);
    } else {
      context.out.lines(renderSecrets(found.value, surroundingsOf(context), environment));
    }
    return ok("ok");
  });

function meant(
  { projects }: SecretSession,
  name: string,
  project: string | undefined,
): Result<NamedSecret, Failure> {
  const known = knownProject(projects, project);
  return known.ok ? findSecret(namedSecrets(projects), name, project) : known;
}

/** The secret is changed whether or not this can be written down, which is said then. */
async function record(
  context: CliContext,
  { platform, actor }: SecretSession,
  action: "set-secret" | "remove-secret",
  secret: NamedSecret,
): Promise<void> {
  const project = secret.reference.shared === true ? {} : { project: secret.owner };
  const subject = platform.secrets?.placeOf(secret).where ?? secret.variable;
  const done = await platform.recordAct({ actor, action, ...project, subject });
  if (done.ok) return;
  const { errors } = context;
  errors.line(errors.style.yellow(`! it isn't in the audit trail: ${done.error.message}`));
}
