import { maskOf } from "../../src/core/mask.ts";
import type { Json } from "../../src/core/json.ts";
import { requestOf } from "../../src/aws/notifier/events.ts";
import { parsePolicy } from "../../src/aws/iam/document.ts";
import { parseSavedPlan } from "../../src/app/deploy/saved-plan.ts";
import { csvHead } from "../../src/core/csv-head.ts";
import { shellWord } from "../../src/app/console/shell-word.ts";
import { checkTexts } from "../../src/config/fixtures/checked.ts";
import { openCursors } from "../../src/console/api/cursors.ts";
import { type Route, routes } from "../../src/console/api/routes.ts";
import { openHub } from "../../src/console/events/hub.ts";
import { parseTopic } from "../../src/console/events/topics.ts";
import { bearerOf } from "../../src/console/http/guard.ts";
import { ownPath } from "../../src/console/http/login-page.ts";
import { preloadLinks } from "../../src/console/http/preloads.ts";
import { cookieOf } from "../../src/console/http/sessions.ts";
import { pullRequestRun, pushedFrom, queuedOn } from "../../src/governance/github-run.ts";
import { parseEnvironmentFile } from "../../src/local/engine/environment-file.ts";
import { localPath, logicalLines } from "../../src/local/executors/requirements.ts";
import { modelEntry, runFacts } from "../../src/model-registry/mlflow-documents.ts";
import { parseChallenges } from "../../src/oci/challenge.ts";
import { readLabels, readManifest } from "../../src/oci/manifest.ts";
import { wordsOf } from "../../src/oci/registry-errors.ts";
import { parseDockerignore } from "../../src/release/dockerignore.ts";
import { logMatcher } from "../../src/platform/log-matcher.ts";
import { isArtifactKey } from "../../src/platform/roles/artifacts.ts";
import { parseRunInput } from "../../src/runs/input.ts";
import { answerLine } from "../../src/states/batch.ts";
import type { Evaluator } from "../../src/states/elsewhere/question.ts";
import * as samples from "./samples.ts";

/** A place where something comes in that somebody else wrote. */
export interface Entry {
  readonly name: string;
  /** Words that it is made of, and what is valid: a generator takes both to come near to it. */
  readonly words: readonly string[];
  readonly samples: readonly Json[];
  /** Takes it in: whatever it is, this doesn't throw. */
  readonly take: (text: string, evaluator: Evaluator) => unknown;
}

const config =
  "project_name description version owners schedule cron enabled runtime batch pipeline steps id command resources cpu memory_gb infra compute params for_each from items depends_on notifications secrets";

export const entries: readonly Entry[] = [
  {
    name: "config",
    words: config.split(" "),
    samples: [samples.config],
    take: (text) => checkTexts({ projects: { recsys: text } }),
  },
  {
    name: "workspace",
    words:
      "workspace projects branches environments dev platform aws local account_id region mlflow tracking_uri mail pools".split(
        " ",
      ),
    samples: [samples.workspace],
    take: (text) => checkTexts({ workspace: text, projects: {} }),
  },
  {
    name: "definition and batch line",
    words:
      "id definition input StartAt States Type Pass Choice Map Wait Next End Choices Condition Variable Assign Output QueryLanguage JSONata constructor __proto__".split(
        " ",
      ),
    samples: samples.batchLines,
    // As `simulate --batch` does, with expressions where they can be ended.
    take: (text, evaluator) => answerLine(text, { evaluator }),
  },
  {
    name: "dockerignore",
    words: ["**/", "*", "!", "[a-z]", "?", "/", "#", "\\"],
    samples: ["# data\n**/*.csv\n!keep/[a-z]?.csv\n/build/\n*.py[co]\n"],
    take(text) {
      const rules = parseDockerignore(text);
      return rules.ok && [rules.value.ignores("a/b.py"), rules.value.ignoresAllBelow("a")];
    },
  },
  {
    name: "requirements",
    words: [
      "-r ",
      "-c ",
      "-e .",
      "--hash=",
      "numpy",
      "==1",
      " ; ",
      "#",
      "file:",
      "[x]",
      "\\\n",
      "git+",
    ],
    samples: [
      "-r other.txt\n-c limits.txt\nnumpy==1.0 --hash=sha256:a \\\n  ; python_version > '3'\n-e .[x]\nfile:./a.whl # b\n",
    ],
    take: (text) => logicalLines(text).map((line) => localPath(line, "/nowhere")),
  },
  {
    name: "secrets file",
    words: ["A=", "export ", '"', "'", "`", "\\n", "#", "\n"],
    samples: ["# a\nexport A=secret-value # b\nB=\"x\\ny\"\nC='two\nlines'\n"],
    take(text) {
      const read = parseEnvironmentFile(text);
      return read.ok && maskOf(read.value.values())(text);
    },
  },
  {
    name: "saved plan",
    words:
      "schema plan environment projects project accountId region plannedAt actor adopt options observed".split(
        " ",
      ),
    samples: [samples.savedPlan],
    take: parseSavedPlan,
  },
  {
    name: "run input",
    words: "params only skip scheduled_time origin trigger actor".split(" "),
    samples: [samples.runInput],
    take: asJson(parseRunInput),
  },
  {
    name: "answers of MLflow",
    words:
      "registered_model name latest_versions version aliases alias run data metrics key value info run_id".split(
        " ",
      ),
    samples: samples.mlflowAnswers,
    take: asJson((value) => [modelEntry(value), runFacts(value)]),
  },
  {
    name: "answers of a registry",
    words:
      "schemaVersion mediaType config layers manifests digest size platform os architecture errors code message Bearer realm".split(
        " ",
      ),
    samples: samples.registryAnswers,
    take: (text) => [
      readManifest({
        content: Buffer.from(text),
        mediaType: "application/vnd.oci.image.index.v1+json",
      } as never),
      readLabels(Buffer.from(text)),
      wordsOf({ status: 400, body: text }),
      parseChallenges(text),
    ],
  },
  {
    name: "events",
    words:
      "esteira test retry source aws.states detail executionArn stateMachineArn recipients pull_request ref merge_group".split(
        " ",
      ),
    samples: samples.events,
    take: (text) => [
      asJson(requestOf)(text),
      queuedOn(text),
      pushedFrom(text),
      pullRequestRun({ GITHUB_HEAD_REF: "feature/a-b", GITHUB_BASE_REF: "dev" }, text),
    ],
  },
  {
    name: "policy",
    words: "Version Statement Effect Action Resource Condition".split(" "),
    samples: [samples.policy],
    take: parsePolicy,
  },
  {
    name: "what a browser asks, and what a step wrote",
    words: "fleet run log operation : / cursor limit step attempt item q path a,b ;".split(" "),
    samples: [samples.consoleRequest],
    take: (text) => [
      parseTopic(text),
      cookieOf(text, "esteira-console-7300"),
      preloadLinks(text, "local"),
      ownPath(text),
      bearerOf(text),
      cursors.open(text, "runs"),
      hub.since(text, new Set(["fleet:local"])),
      isArtifactKey(text),
      shellWord(text),
      csvHead(text, false, { rows: 100, columns: 60 }),
      logMatcher(text.slice(0, 500) || "x").marks(text),
      Object.values<Route>(routes).map(({ query, body }) => [
        query?.safeParse(Object.fromEntries(new URLSearchParams(text))),
        body && asJson((value) => body.safeParse(value))(text),
      ]),
    ],
  },
];

const cursors = openCursors();
const hub = openHub(() => ({ [Symbol.dispose]: () => undefined }));

/** Of what isn't JSON the edge has made a message before. */
function asJson(take: (value: Json) => unknown): (text: string) => unknown {
  return (text) => {
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
    return take(value);
  };
}
