/** What a message for trying is made of. */
export interface TestOrigin {
  readonly environment: string;
  /** Undefined: it is about no project. */
  readonly project: string | undefined;
  /** Who tries. */
  readonly actor: string;
}

const longestActor = 100;

/**
 * The message by which people see whether they are reached. All of it is Esteira's own text but who
 * tries: who may ask for it can't write to people what they like.
 */
export function composeTest({ environment, project, actor }: TestOrigin): {
  readonly subject: string;
  readonly body: string;
} {
  const what = project === undefined ? "" : ` of ${project}`;
  const who = actor.replaceAll(/\s+/g, " ").slice(0, longestActor);
  return {
    subject: `[${environment}] Esteira: a test message`,
    body: `${who} tries whether notifications${what} in ${environment} reach you.\nThey do. There is nothing to do.\n`,
  };
}
