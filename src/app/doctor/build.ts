import type { Project } from "../../config/model.ts";
import { readDockerfile } from "../../config/dockerfile.ts";
import type { ProjectFiles } from "../../config/project-files.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Result } from "../../core/result.ts";
import type { Check } from "../../platform/check.ts";
import type { PlatformError } from "../../platform/port.ts";
import { count } from "../../core/text.ts";
import { type DoctorCheck, run, reporter } from "./check.ts";
import { missingImports, requirementNames } from "./imports.ts";
import { ownModules, pythonFiles, requirementsText } from "../python-files.ts";
import { otherRequirements } from "./other-requirements.ts";

export interface BuildFacts {
  readonly name: string;
  readonly environment: string;
  readonly platform: "aws" | "local";
  readonly files: ProjectFiles;
  /** Undefined when its configuration has errors. */
  readonly project: Project | undefined;
  /** Of the project's files. */
  readonly diagnostics: readonly Diagnostic[];
  /** The engine's answer, where images are built here: undefined where none are. */
  readonly docker: Result<{ readonly version: string }, PlatformError> | undefined;
  /** What the account's checks say of the image; empty on this machine. */
  readonly image: readonly Check[];
}

/** Could its image be built, and is it there? */
export function checkBuild(facts: BuildFacts): DoctorCheck[] {
  const { project } = facts;
  return [
    checkConfig(facts),
    ...(project === undefined
      ? []
      : [checkDockerfile(facts, project), ...checkRequirements(facts, project)]),
    ...checkDocker(facts),
    ...facts.image.map((check): DoctorCheck => ({ ...check, section: "build", subject: "image" })),
  ];
}

function checkConfig({ diagnostics, environment, name }: BuildFacts): DoctorCheck {
  const says = reporter("build", "config");
  const places = (list: readonly Diagnostic[]): string =>
    `${run(environment, "validate", name)} shows ${list.length > 1 ? "them with their places" : "the place"}.`;
  const of = (severity: Diagnostic["severity"]) =>
    diagnostics.filter((one) => one.severity === severity);
  const [errors, warnings] = [of("error"), of("warning")];
  const more = (list: readonly Diagnostic[]): string =>
    `${list[0]?.message ?? ""}${list.length > 1 ? `, and ${list.length - 1} more` : ""}`;
  if (errors.length > 0)
    return says.failed(`config.yaml can't be used: ${more(errors)}`, places(errors));
  if (warnings.length > 0) return says.warning(more(warnings), places(warnings));
  return says.passed("config.yaml has no problems");
}

function checkDockerfile(
  { files, name, platform }: BuildFacts,
  { runtime: { dockerfile } }: Project,
): DoctorCheck {
  const says = reporter("build", "Dockerfile");
  const text = files.read(dockerfile);
  if (text === undefined) {
    const message = `${name} has no ${dockerfile}`;
    const help =
      "Name yours in `runtime.dockerfile`, or copy the one that `esteira new` makes for a new project.";
    return platform === "aws" ? says.failed(message, help) : says.warning(message, help);
  }
  const { bases, copied } = readDockerfile(text);
  const base = bases.at(-1);
  if (base === undefined) {
    return says.failed(`${dockerfile} has no FROM`, "Begin it with the image to build on.");
  }
  const gone = copied.filter((path) => files.kind(path) === undefined);
  if (gone.length > 0) {
    return says.failed(
      `${dockerfile} copies what isn't in the project: ${gone.join(", ")}`,
      `Add it, or correct ${dockerfile}; paths are those of the project's folder.`,
    );
  }
  return says.passed(`builds on ${base}`);
}

function checkRequirements(facts: BuildFacts, project: Project): DoctorCheck[] {
  const { files } = facts;
  const says = reporter("build", "requirements");
  const file = project.runtime.requirementsFile;
  const text = file === undefined ? "" : requirementsText(files, file);
  if (file !== undefined && text === undefined) {
    return [says.failed(`there is no ${file}`, "Add it, or correct `runtime.requirements_file`.")];
  }
  const wrong = (text ?? "").split(/\r?\n/).findIndex((line) => !isRequirement(line));
  if (wrong !== -1) {
    const line = (text ?? "").split(/\r?\n/)[wrong]?.trim() ?? "";
    return [
      says.failed(
        `${file ?? ""}: pip doesn't understand \`${line}\``,
        "Write a package a line, as in `pandas==2.2.2`.",
      ),
    ];
  }
  const also = otherRequirements(files, project.runtime.dockerfile);
  const wanted = [text ?? "", ...also.map((one) => requirementsText(files, one) ?? one)].join("\n");
  const missing = missingImports(pythonFiles(files), ownModules(files), wanted);
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).map((one) => `${one.module} (${one.file}:${one.line})`);
    const more = missing.length > shown.length ? `, and ${missing.length - shown.length} more` : "";
    return [
      says.warning(
        `imported and not in ${file ?? "any requirements file"}${also.length === 0 ? "" : " or what else is installed"}: ${shown.join(", ")}${more}`,
        "Add what no other package brings along; else the step ends with ModuleNotFoundError.",
      ),
    ];
  }
  if (file === undefined && also.length > 0) {
    return [says.passed("all that is imported is named where it is installed from")];
  }
  if (file === undefined) return [says.passed("none, and nothing is imported that would need any")];
  const number = requirementNames(text ?? "").length;
  return [
    says.passed(
      number === 0
        ? `${file} asks for nothing, and nothing is imported that would need more`
        : `${file} names ${count(number, "package")}, all that is imported among them`,
    ),
  ];
}

/**
 * A comment, an option, a name, a path or an address
 * (https://pip.pypa.io/en/stable/reference/requirements-file-format/).
 */
function isRequirement(line: string): boolean {
  const text = line.replace(/(^|\s)#.*$/s, "").trim();
  if (text === "" || /^(?:-|\.|\/|[a-z+]+:\/\/|git\+|file:)/.test(text)) return true;
  return /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?\s*(?:\[[\w\s.,-]*\]\s*)?(?:$|\\$|[;@(]|--|(?:===?|[<>!~]=|[<>])(?![=<>!~]))/.test(
    text,
  );
}

function checkDocker({ docker, platform }: BuildFacts): DoctorCheck[] {
  if (docker === undefined) return [];
  const says = reporter("build", "Docker");
  if (docker.ok) return [says.passed(`Docker ${docker.value.version} answers`)];
  const { message, help = "" } = docker.error;
  // Deploys mostly come from CI, where there is one.
  if (platform === "aws") {
    return [says.warning(message, "Images can't be built on this machine; in CI they can.")];
  }
  return [says.failed(message, help)];
}
