import { subject, withDetail, type Evidence, type Rule } from "./rule.ts";

/** Causes that keep a step's command from beginning: image, capacity, secrets, roles. */
export const START_RULES: readonly Rule[] = [
  {
    code: "run/sources-missing",
    recognize: (evidence) =>
      evidence.place === "local" && /deployed sources \(.*\) are gone/.test(said(evidence))
        ? {
            message: `${subject(evidence)} could not begin: the copy of its sources that was deployed is gone from .esteira/snapshots`,
            help: "Deploy again, which copies them, and resume with `resume --release latest`.",
          }
        : undefined,
  },
  {
    code: "run/environment-missing",
    recognize: (evidence) =>
      evidence.place === "local" &&
      /virtual environment .* is gone|no such image/i.test(said(evidence))
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: what it runs in is gone from this machine`,
              reason(evidence),
            ),
            help: "Deploy again, which makes it, and resume with `resume --release latest`.",
          }
        : undefined,
  },
  {
    code: "run/image-missing",
    recognize: (evidence) =>
      /CannotPullContainer/i.test(said(evidence)) &&
      /not found|manifest unknown|does not exist|no such image/i.test(said(evidence))
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its image is not in the registry`,
              reason(evidence),
            ),
            help: "Deploy again, which builds what is missing. A clean-up rule of the registry may have removed the image.",
          }
        : undefined,
  },
  {
    code: "run/disk-full",
    recognize: (evidence) =>
      !started(evidence) && /no space left on device/i.test(said(evidence))
        ? {
            message: `${subject(evidence)} could not begin: ${evidence.place === "local" ? "this machine" : "its instance"} has no space left on its disk`,
            help:
              evidence.place === "local"
                ? "Free some space on this machine's disk, and resume."
                : "Raise infra.compute.disk_gb, or make the image smaller.",
          }
        : undefined,
  },
  {
    code: "run/image-pull",
    recognize: (evidence) =>
      /CannotPullContainer|CannotPullECRContainer/i.test(said(evidence))
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its image could not be pulled`,
              reason(evidence),
            ),
            help:
              evidence.place === "local"
                ? "Check that this machine reaches the registry and is logged in to it (`docker pull`), then resume."
                : "Check that the instances reach the registry (NAT or endpoints) and that the instance role may read it, then resume.",
          }
        : undefined,
  },
  {
    code: "run/secret-missing",
    recognize: (evidence) =>
      /unable to (pull|retrieve) secret|secretsmanager|ssm:|invalid ssm parameters|ParameterNotFound|(has|have) no value/i.test(
        started(evidence) ? "" : said(evidence),
      )
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: a secret could not be read`,
              reason(evidence),
            ),
            help:
              evidence.place === "local"
                ? "Give each name under runtime.secrets a value: in the environment of this process, or with `esteira secrets set`. Then resume."
                : "Check that each name under runtime.secrets has a value in this environment, and that the execution role may read it.",
          }
        : undefined,
  },
  {
    code: "run/log-group",
    recognize: (evidence) =>
      /awslogs|log group|CreateLogStream|logging driver/i.test(
        started(evidence) ? "" : said(evidence),
      )
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its log could not be opened`,
              reason(evidence),
            ),
            help: "Deploy again, which makes the log group; then check the execution role's rights on it.",
          }
        : undefined,
  },
  {
    code: "run/role",
    recognize: (evidence) =>
      /unable to assume the role|is not authorized to assume|AssumeRole/i.test(said(evidence))
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: its role can't be assumed`,
              reason(evidence),
            ),
            help: "Check that the role exists and trusts ecs-tasks.amazonaws.com. One that was just made takes a minute: resume the run.",
          }
        : undefined,
  },
  {
    code: "run/no-capacity",
    recognize: (evidence) =>
      !started(evidence) &&
      (/PROVISIONING|capacity|RESOURCE:|No Container Instances|InsufficientInstanceCapacity/i.test(
        said(evidence),
      ) ||
        (evidence.launches.length > 0 && evidence.task?.stopCode === "TaskFailedToStart"))
        ? {
            message: withDetail(
              `${subject(evidence)} could not begin: no instance had room for it`,
              evidence.launches[0] ?? reason(evidence),
            ),
            help: "Check the auto scaling group's activity history. More types in infra.compute.ec2_types find spot capacity more often; a step larger than the smallest type never finds room.",
          }
        : undefined,
  },
  {
    code: "run/start-failed",
    recognize: (evidence) =>
      evidence.task?.stopCode === "TaskFailedToStart"
        ? {
            message: withDetail(`${subject(evidence)} could not begin`, reason(evidence)),
            help: "Correct what it says, deploy, and resume: finished steps are not run again.",
          }
        : undefined,
  },
];

function said({ reasons, prose }: Evidence): string {
  return `${reasons} ${prose}`;
}

/** The command has run, so what it was kept from isn't the question. */
function started({ task }: Evidence): boolean {
  return task?.exitCode !== undefined;
}

/** What ECS says, short enough for a sentence. */
function reason({ task, prose }: Evidence): string {
  const text = (task?.stoppedReason || task?.reason || prose).replaceAll(/\s+/g, " ").trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
