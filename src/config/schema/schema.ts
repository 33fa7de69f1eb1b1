import * as z from "zod";
import {
  amount,
  ENVIRONMENT_NAME,
  ENVIRONMENT_NAME_EXPECTED,
  flag,
  looseText,
  retries,
  text,
  textLike,
  timeout,
  variables,
  whole,
} from "./schema-fields.ts";
import { after, on } from "./schema-starts.ts";
import { checks } from "./schema-checks.ts";
import { notifications, owners } from "./schema-people.ts";
import { publishes } from "./schema-publishes.ts";
import { batchWith, step, stepOverlay } from "./schema-steps.ts";

const schedule = z
  .strictObject({
    enabled: flag(
      "Whether anything of it starts runs. Default: true where `cron`, `after` or `on` is given.",
    ).optional(),
    cron: text(
      'Five fields of Unix cron: minute, hour, day of month, month, day of week; or a macro such as "@daily".',
    ).optional(),
    after: after.optional(),
    on: on.optional(),
    timezone: text(
      "IANA name of the time zone that `cron` counts in, and the days of `after`. Default: UTC.",
    ).optional(),
    timeout_seconds: timeout("Time limit of one attempt of one step, in seconds. Default: 3600."),
    retries: retries("Attempts of a step after its first. Default: 0."),
    overlap: z
      .enum(["allow", "skip"])
      .describe(
        "What a run does when one of the same project is still running: start all the same, or end as skipped. Default: allow.",
      )
      .optional(),
    deadline: textLike(
      /^([01]\d|2[0-3]):[0-5]\d$/,
      'a time of the day from "00:00" to "23:59"',
      "Time of the day, in `timezone`, by which the run of that day must be done; otherwise people are notified.",
    ).optional(),
    flexible_window_minutes: whole(
      1,
      1440,
      "AWS: EventBridge starts the run at some minute of so many after the time, so that projects with the same cron don't all start at once. Default: on the minute.",
    ).optional(),
  })
  .describe("When the project runs, and what holds for every step of it.");

const packageIndex = z
  .strictObject({
    url: textLike(
      /^https?:\/\/[^\s/]+(?:\/\S*)?$/,
      "an address that begins with https://",
      "Address of the index, as pip's index-url has it. A user's name may be in it, a password not.",
    ),
    secret: textLike(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "a name of letters, digits and underscores that doesn't start with a digit",
      "Name of the secret that opens the index, which `esteira secrets set` keeps: the password where `url` has a user's name, otherwise USER:PASSWORD, or a token alone.",
    ),
  })
  .describe("The private index that packages come from, instead of PyPI.");

const runtime = z
  .strictObject({
    python_version: looseText(
      "Python version of the steps, such as 3.11; passed to the image's build as PYTHON_VERSION.",
    ).optional(),
    requirements_file: text(
      "File of Python requirements, or a lock, relative to the project. Default: the first that is there of requirements.txt, uv.lock, pylock.toml, poetry.lock, pyproject.toml, environment.yml.",
    ).optional(),
    dockerfile: text("Relative to the project. Default: Dockerfile.").optional(),
    packages: z
      .array(text("Folder of a Python package, from the workspace's root: libs/pricing."))
      .min(1)
      .describe(
        "Python packages of the workspace that are installed too: folders with a pyproject.toml, or plain packages with an __init__.py. They count in the hash of the sources.",
      )
      .optional(),
    index: packageIndex.optional(),
    env_vars: variables("Environment variables of every step.").optional(),
    secrets: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
          error: "a name of letters, digits and underscores that doesn't start with a digit",
        }),
        text(
          "`ssm:NAME` or `secretsmanager:NAME[:key]`, whose name is below /esteira/{environment}/{project}/; or `shared:NAME`, below /esteira/{environment}/_shared/.",
        ),
      )
      .describe(
        "Secrets that every step gets as environment variables. Their values are never written down here.",
      )
      .optional(),
  })
  .describe("What the steps run in.");

const compute = z
  .strictObject({
    provider: z.enum(["ec2"]).describe("Always ec2.").optional(),
    ec2_type: text("EC2 instance type, such as t3.xlarge. Needed on AWS.").optional(),
    ec2_types: z
      .array(text("EC2 instance type."))
      .max(40)
      .describe("Further types that will do as well, so that spot capacity is found more often.")
      .optional(),
    min_quantity: whole(0, 1000, "Instances kept while nothing runs. Default: 0.").optional(),
    max_quantity: whole(1, 1000, "Instances at most. Default: 1.").optional(),
    spot: flag("Whether instances are spot instances. Default: false.").optional(),
    on_demand_fallback: flag(
      "Whether one on-demand instance may take over where there is no spot capacity. Default: false.",
    ).optional(),
    lost_instance_retries: whole(
      0,
      20,
      "How often a step is started again whose instance was lost, beside its retries. Default: 3.",
    ).optional(),
    capacity_wait_hours: whole(
      0,
      168,
      "Hours that tasks wait for an instance with room, beside their time limit. Default: 6.",
    ).optional(),
    disk_gb: whole(30, 16_384, "Root volume of an instance in GiB. Default: 50.").optional(),
  })
  .describe("The capacity that the steps share.");

const infra = z
  .strictObject({
    compute: compute.optional(),
    task_role_arn: textLike(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'the ARN of an IAM role, such as "arn:aws:iam::123456789012:role/recsys-data"',
      "The project's own IAM role, for its data.",
    ).optional(),
  })
  .describe("What the project runs on. Asked for on AWS only.");

const model = z
  .strictObject({
    name: text("Registered model in MLflow. Default: project_name.").min(1).optional(),
    required: flag("Whether a deploy asks for the model. Default: true.").optional(),
    alias: text("The alias that the version must have, instead of what the environment accepts.")
      .min(1)
      .optional(),
    metrics: z
      .record(
        z.string(),
        textLike(
          /^\s*(>=|<=|==|>|<)\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/,
          'a comparison such as ">=0.8" (with >=, >, <=, < or ==)',
          'A comparison in quotes, such as ">=0.8".',
        ),
      )
      .describe("What the metrics of the run that made the model must meet.")
      .optional(),
    promote_on_deploy: flag(
      "Whether `prd` accepts Staging and promotes that version as the deploy's last act. Default: false.",
    ).optional(),
  })
  .describe("The registered model that the project needs.");

const params = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, {
      error:
        "a name such as start_date: a lower-case letter, then lower-case letters, digits and underscores",
    }),
    z.strictObject({
      default: looseText("The value where a run is given none."),
      description: text("For people.").optional(),
      sample: looseText("The value in `run --sample`. Default: as in other runs.").optional(),
    }),
  )
  .describe("Parameters of a run; in a step as ESTEIRA_PARAM_<NAME>.");

const test = z
  .strictObject({
    command: text("Shell command of `esteira test`. Default: pytest where there is a tests folder.")
      .min(1)
      .optional(),
    requirements_file: text(
      "File of Python requirements that only tests need, relative to the project. Default: the group `test`, otherwise `dev`, of pyproject.toml's dependency groups.",
    ).optional(),
  })
  .describe("How the project is tested.");

const common = {
  description: looseText("What the project does, in one sentence.").optional(),
  owners: owners.optional(),
  schedule: schedule.optional(),
  runtime: runtime.optional(),
  params: params.optional(),
  infra: infra.optional(),
  notifications: notifications.optional(),
  model: model.optional(),
  checks: checks.optional(),
  publishes: publishes.optional(),
  budgets: z
    .strictObject({
      monthly_usd: amount(
        0.01,
        1_000_000,
        "US dollars that its runs may cost in a month, by estimate; people are notified at 80 % and at 100 %.",
      ),
    })
    .describe("What it may cost. It stops nothing.")
    .optional(),
  test: test.optional(),
  priority: whole(
    -100,
    100,
    "Who goes first where places of pools are short: the highest. Default: 0.",
  ).optional(),
};

const overlay = z
  .strictObject({ ...common, batch: batchWith(stepOverlay).optional() })
  .describe(
    "Laid over the rest in this environment: fields replace fields, lists replace lists, steps are matched by id.",
  );

/** `config.yaml` of a project. Nothing has a default here: overlays and defaults come after. */
export const configSchema = z
  .strictObject({
    project_name: z.string().meta({
      description: "Names the project everywhere: lower-case letters, digits and hyphens.",
      pattern: "^[a-z]([a-z0-9-]{0,52}[a-z0-9])?$",
    }),
    version: looseText("Becomes the image's tag; starts with a digit, such as 1.0.0."),
    ...common,
    batch: batchWith(step).optional(),
    environments: z
      .record(z.string().regex(ENVIRONMENT_NAME, { error: ENVIRONMENT_NAME_EXPECTED }), overlay)
      .describe("What differs in an environment.")
      .optional(),
  })
  .describe("An Esteira project.");

export type RawConfig = z.infer<typeof configSchema>;
export type RawOverlay = z.infer<typeof overlay>;
