import { platformOf } from "../normalize-workspace.ts";
import type { Problem } from "../problem.ts";
import { didYouMean } from "../suggest.ts";
import { isEmail } from "./people.ts";
import type { WorkspaceContext } from "./rule.ts";
import { zoneProblems } from "./schedule.ts";

/** Projects are inside the workspace, at a depth that is known. */
export function projectsGlobStaysInside({ raw }: WorkspaceContext): Problem[] {
  const glob = raw.projects;
  if (glob === undefined) return [];
  const segments = glob.split("/");
  const bad =
    glob.startsWith("/") ||
    segments.some((part) => part === ".." || part.includes("**")) ||
    segments.every((part) => part === "" || part === ".")
      ? "can't be searched for projects"
      : /[?[\]{}!]/.test(glob)
        ? 'has signs of a glob other than "*"'
        : undefined;
  if (bad === undefined) return [];
  return [
    {
      code: "workspace/projects-glob",
      path: ["projects"],
      message: `${JSON.stringify(glob)} ${bad}`,
      help: 'name folders below this file, with "*" for any name, such as "src/projects/*"',
    },
  ];
}

/** Nights go from noon to noon in a zone that exists. */
export function zoneOfNightsExists({ raw }: WorkspaceContext): Problem[] {
  return zoneProblems(raw.zone, ["zone"]);
}

/** The branch policy reads a project's name out of a branch's. */
export function featurePatternNamesProject({ raw }: WorkspaceContext): Problem[] {
  const pattern = raw.branches?.feature;
  if (pattern === undefined || pattern.split("<project>").length === 2) return [];
  return [
    {
      code: "workspace/feature-pattern",
      path: ["branches", "feature"],
      message: "the pattern of feature branches must have <project> once",
      help: 'write it as in "feature/<project>-<description>"',
    },
  ];
}

/** A branch deploys to an environment that exists. */
export function branchesNameEnvironments({ raw, workspace }: WorkspaceContext): Problem[] {
  const names = [...workspace.environments.keys()] as string[];
  return Object.entries(raw.branches?.environments ?? {})
    .filter(([, environment]) => !names.includes(environment))
    .map(([branch, environment]) => ({
      code: "workspace/unknown-environment",
      path: ["branches", "environments", branch],
      message: `branch ${branch} deploys to "${environment}", which is not an environment`,
      help: didYouMean(environment, names),
    }));
}

/** MLflow has stages (deprecated) and aliases; the gate asks for one of them. */
export function gateAcceptsOneThing({ raw }: WorkspaceContext): Problem[] {
  return Object.entries(raw.environments ?? {})
    .filter(([, { mlflow }]) => mlflow?.stages !== undefined && mlflow.alias !== undefined)
    .map(([name]) => ({
      code: "workspace/stages-and-alias",
      path: ["environments", name, "mlflow", "alias"],
      at: "key" as const,
      message: `the gate of ${name} names both stages and an alias`,
      help: "keep one of the two; MLflow recommends aliases",
      related: [
        { path: ["environments", name, "mlflow", "stages"], message: "the stages are here" },
      ],
    }));
}

/** Mail that can't be sent would be noticed only when somebody needed it. */
export function mailIsComplete({ raw }: WorkspaceContext): Problem[] {
  return Object.entries(raw.environments ?? {}).flatMap(([name, environment]): Problem[] => {
    const { mail } = environment;
    if (!mail) return [];
    const path = ["environments", name, "mail"];
    const local = platformOf(name, environment) === "local";
    const transport = mail.transport ?? (local ? "smtp" : "ses");
    const problems: Problem[] = [];
    if (local && transport !== "smtp") {
      problems.push({
        code: "workspace/mail",
        path: [...path, "transport"],
        message: `mail can't go by ${transport} from this machine`,
        help: "use transport: smtp, which any mail server takes",
      });
    }
    if (!local && transport === "smtp") {
      problems.push({
        code: "workspace/mail",
        path: [...path, "transport"],
        message: "mail goes by ses or sns from AWS, not by smtp",
        help: "use transport: ses, which verifies the sender's address or domain once",
      });
      return problems;
    }
    if (mail.from === undefined && transport !== "sns") {
      problems.push({
        code: "workspace/mail",
        path,
        at: "key",
        message: `mail by ${transport} needs the sender's address`,
        help: "add from: esteira@example.com",
      });
    }
    if (mail.from !== undefined && !isEmail(mail.from)) {
      problems.push({
        code: "config/email",
        path: [...path, "from"],
        message: `${JSON.stringify(mail.from)} is not an e-mail address`,
        help: "write it as in ml-team@example.com",
      });
    }
    if (transport === "smtp" && !mail.smtp) {
      problems.push({
        code: "workspace/mail",
        path,
        at: "key",
        message: "mail by smtp needs a mail server",
        help: "add smtp: with host: and, where it isn't 587, port:",
      });
    }
    return problems;
  });
}
