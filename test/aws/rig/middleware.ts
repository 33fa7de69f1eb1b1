import type { BuildHandlerArguments } from "@smithy/types";

import type { Clients } from "../../../src/aws/sdk/context.ts";
import type { Middlewares } from "../../../src/aws/sdk/throttle-middleware.ts";

/** What a service is called in policies, by its client's name in `Clients`. */
const prefixes: Readonly<Record<keyof Clients, string>> = {
  autoScaling: "autoscaling",
  ec2: "ec2",
  ecr: "ecr",
  ecs: "ecs",
  eventBridge: "events",
  iam: "iam",
  lambda: "lambda",
  logs: "logs",
  quotas: "servicequotas",
  s3: "s3",
  scheduler: "scheduler",
  secrets: "secretsmanager",
  ses: "ses",
  sfn: "states",
  sns: "sns",
  sqs: "sqs",
  ssm: "ssm",
  sts: "sts",
  tagging: "tag",
};

/** One call as our code made it; the SDK may have sent it more than once. */
export interface Call {
  /** As policies name it: `ecs`, `states`. */
  readonly service: string;
  /** `CreateCluster` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

function each(clients: Clients, visit: (client: Middlewares, service: string) => void): void {
  for (const [key, client] of Object.entries(clients) as [keyof Clients, Middlewares][]) {
    visit(client, prefixes[key]);
  }
}

/** Adds each call that these clients make from now on to `calls`. */
export function record(clients: Clients, calls: Call[]): Clients {
  each(clients, (client, service) => {
    client.middlewareStack.add(
      (next, context) => (args: { readonly input: object }) => {
        const operation = String(context["commandName"]).replace(/Command$/, "");
        calls.push({ service, operation, input: { ...args.input } });
        return next(args);
      },
      { step: "initialize", name: "record" },
    );
  });
  return clients;
}

/**
 * Adds a header to everything that these clients send from now on, without making those that
 * nobody uses: each loads a package.
 */
export function addHeader(clients: Clients, name: string, value: string): Clients {
  const added = new Set<keyof Clients>();
  return new Proxy(clients, {
    get(target, key: keyof Clients) {
      const client: Middlewares | undefined = target[key];
      if (client === undefined || added.has(key)) return client;
      added.add(key);
      client.middlewareStack.add(
        (next) => (args: BuildHandlerArguments<object>) => {
          (args.request as { headers: Record<string, string> }).headers[name] = value;
          return next(args);
        },
        { step: "build", name: `header ${name}` },
      );
      return client;
    },
  });
}

/**
 * Calls `answer` instead of sending: throw to fail the call, give an output to answer it, undefined
 * to let it pass.
 */
export function intercept(
  clients: Clients,
  answer: (call: Call) => object | undefined | Promise<object | undefined>,
): Clients {
  each(clients, (client, service) => {
    client.middlewareStack.add(
      (next, context) => async (args: { readonly input: object }) => {
        const operation = String(context["commandName"]).replace(/Command$/, "");
        const output = await answer({ service, operation, input: { ...args.input } });
        if (output === undefined) return next(args);
        return { response: undefined, output: { $metadata: {}, ...output } };
      },
      { step: "initialize", name: "intercept" },
    );
  });
  return clients;
}

/**
 * Lets calls through, and fails those that `cut` says after they were served: the answer got lost.
 */
export function loseAnswers(clients: Clients, cut: (call: Call) => Error | undefined): Clients {
  each(clients, (client, service) => {
    client.middlewareStack.add(
      (next, context) => async (args: { readonly input: object }) => {
        const operation = String(context["commandName"]).replace(/Command$/, "");
        const answer = await next(args);
        const failure = cut({ service, operation, input: { ...args.input } });
        if (failure !== undefined) throw failure;
        return answer;
      },
      { step: "initialize", name: "lose answers" },
    );
  });
  return clients;
}
