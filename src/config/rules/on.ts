import { timeSpanSeconds } from "../../core/time-span.ts";
import { literalPrefix } from "../../schedule/globs.ts";
import { debounceLimits, s3Source } from "../../schedule/on.ts";
import type { Problem } from "../problem.ts";
import { artifactsPlace, mayMatch } from "../written-places.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";

const path = (field?: string) => ["schedule", "on", ...(field === undefined ? [] : [field])];

/** What a project waits for is said, in a form that can be matched. */
export function dataIsNamed({ config }: ProjectContext): Problem[] {
  const on = config.schedule?.on;
  if (on === undefined) return [];
  const { s3, files } = on;
  if (s3 === undefined && files === undefined) {
    return [
      {
        code: "config/on-source",
        path: path(),
        message: "schedule.on doesn't say what starts the project",
        help: 'add s3: "s3://bucket/prefix/*.csv" for AWS, files: "data/incoming/*.csv" for one machine, or both',
      },
    ];
  }
  return [
    ...wrong(
      "s3",
      s3,
      s3Problem,
      'write a bucket and a pattern, as in "s3://acme-in/orders/*.csv"',
    ),
    ...wrong(
      "files",
      files,
      filesProblem,
      'write a path or a pattern, as in "data/incoming/*.csv"',
    ),
  ];
}

function wrong(
  field: "s3" | "files",
  text: string | undefined,
  problemOf: (text: string) => string | undefined,
  help: string,
): Problem[] {
  const problem = text === undefined ? undefined : problemOf(text);
  if (problem === undefined) return [];
  const message = `${JSON.stringify(text)} ${problem}`;
  return [{ code: "config/on-source", path: path(field), message, help }];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function s3Problem(text: string): string | undefined {
  const source = s3Source(text);
  if (source === undefined) return "is not an address of S3";
  const { bucket, pattern } = source;
  if (
    !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) ||
    bucket.includes("..") ||
    /^\d+\.\d+\.\d+\.\d+$/.test(bucket)
  ) {
    return "doesn't begin with the name of a bucket";
  }
  if (pattern.startsWith("/")) return "has an empty part";
  return patternProblem(pattern);
}

function filesProblem(text: string): string | undefined {
  if (text === "" || text === "/") return "names no files";
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return "is not a path on this machine";
  if (text.startsWith("~")) return "is in somebody's home";
  if (text.includes("\\")) return "has a backslash";
  const parts = text.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (parts.includes("..")) return "leads out of the folder";
  if (parts.some((part) => part === "" || part === ".")) return "has an empty part or a `.`";
  return patternProblem(text);
}

function patternProblem(pattern: string): string | undefined {
  if (Buffer.byteLength(pattern) > 1024) return "is longer than a key of S3 may be";
  if (/\p{Cc}/u.test(pattern)) return "has a control character";
  if (/[[\]{}]/.test(pattern)) return "has brackets, which stand for nothing here";
  if (pattern.split("/").some((part) => part !== "**" && part.includes("**"))) {
    return "has `**` beside other characters";
  }
  return undefined;
}

/** On AWS there is a look each minute, and what is kept for a day is a schedule's affair. */
export function debounceFits({ config }: ProjectContext): Problem[] {
  const debounce = config.schedule?.on?.debounce;
  const seconds = debounce === undefined ? undefined : timeSpanSeconds(debounce);
  if (seconds === undefined) return [];
  if (seconds >= debounceLimits.from && seconds <= debounceLimits.to) return [];
  return [
    {
      code: "config/on-debounce",
      path: path("debounce"),
      message: `debounce is ${debounce ?? ""}; it may be from 1m to 24h`,
      help: "for a run at a certain time of the day use cron",
    },
  ];
}

/** A run that gives way to another one would leave what it was started for. */
export function dataIsNotSkipped({ config }: ProjectContext): Problem[] {
  const { schedule } = config;
  if (schedule?.on === undefined || schedule.overlap !== "skip") return [];
  return [
    {
      code: "config/on-overlap",
      severity: "warning",
      path: ["schedule", "overlap"],
      message:
        "with overlap: skip, data that arrives while a run goes starts a run that is skipped, and no other one",
      help: "remove the line, or read in each run whatever is there",
    },
  ];
}

/** In an environment on AWS, files of one machine start nothing. */
export function dataIsThere({ project, config, environment }: EnvironmentContext): Problem[] {
  if (config.schedule?.on?.files === undefined || environment.platform !== "aws") return [];
  if (project.schedule?.on !== undefined) return [];
  return [
    {
      code: "config/on-not-here",
      severity: "warning",
      path: path("files"),
      at: "key",
      message: `files start the project on one machine only, and ${environment.name} is on AWS`,
      help: 'add s3: "s3://bucket/prefix/*.csv"',
    },
  ];
}

/** What a project writes itself would start it again, for ever. */
export function dataIsNotItsOwn({ project, environment }: EnvironmentContext): Problem[] {
  const source = project.schedule?.on?.source;
  if (source === undefined) return [];
  const own =
    environment.platform === "local"
      ? ownFiles(source)
      : ownObjects(source, environment.artifactsUri, project.name);
  const published = (project.publishes ?? []).find(({ uri }) => mayMatch(source, uri))?.uri;
  const what = own ?? (published === undefined ? undefined : `what it publishes, ${published}`);
  if (what === undefined) return [];
  const field = environment.platform === "local" ? "files" : "s3";
  return [
    {
      code: "config/on-loop",
      path: path(field),
      message: `${JSON.stringify(source)} may match ${what}: a run would start the next one, for ever`,
      help: "name a place that the project doesn't write to",
    },
  ];
}

function ownObjects(
  source: string,
  artifactsUri: string | undefined,
  project: string,
): string | undefined {
  if (artifactsUri === undefined) return undefined;
  if (mayMatch(source, artifactsPlace(artifactsUri, project))) return "the project's own artifacts";
  const bucket = s3Source(artifactsUri)?.bucket ?? "";
  return mayMatch(source, `s3://${bucket}/esteira/v1/`) ? OURS : undefined;
}

function ownFiles(source: string): string | undefined {
  const relative = source.startsWith("/") ? undefined : source;
  if (relative === undefined)
    return literalPrefix(source).includes("/.esteira/") ? OURS : undefined;
  return relative.startsWith(".esteira/") ? OURS : undefined;
}

const OURS = "what Esteira writes itself";
