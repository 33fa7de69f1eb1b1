import { expect, test } from "vitest";
import { linesOf, PROJECT_FILES, projectOf } from "../fixtures/checked.ts";
import { notebookIn } from "../notebooks.ts";

const step = (command: string) =>
  `params: {since: {default: a}}\nbatch: {pipeline: {steps: [{id: train, command: ${JSON.stringify(command)}}]}}`;
const FILES = { ...PROJECT_FILES, "nb/train.ipynb": "{}", "02 Treino.ipynb": "{}" };
const packages = {
  "requirements.txt": "-r base.txt\nipykernel>=6\n",
  "base.txt": "papermill==2.6.0\n",
};

test("a command that begins with a notebook runs it by Papermill", () => {
  const stepOf = (command: string) =>
    projectOf(step(command), "local", undefined, { ...FILES, ...packages }).steps[0];
  expect(stepOf("nb/train.ipynb -p rows 10")).toMatchObject({
    command: `papermill --log-output --no-progress-bar -k python3 --cwd 'nb' -p since "$ESTEIRA_PARAM_SINCE" -p rows 10 'nb/train.ipynb' "$ESTEIRA_ARTIFACTS_DIR"/'train.ipynb'`,
    outputs: [],
  });
  expect(stepOf("'02 Treino.ipynb' --kernel ir")?.command).toBe(
    `papermill --log-output --no-progress-bar -p since "$ESTEIRA_PARAM_SINCE" --kernel ir '02 Treino.ipynb' "$ESTEIRA_ARTIFACTS_DIR"/'02 Treino.ipynb'`,
  );
  for (const command of ["papermill a.ipynb b.ipynb", "python x.py a.ipynb", "a.ipynb\nb.ipynb"]) {
    expect(notebookIn(command)).toBe(undefined);
  }
});

test("a notebook that isn't there, and what it needs to run", () => {
  const of = (command: string, files: Readonly<Record<string, string>>) =>
    linesOf(step(command), { files: { ...FILES, ...files } });
  expect(of("nb/train.ipynb", packages)).toEqual([]);
  const lock = {
    "requirements.txt": "",
    "uv.lock": '[[package]]\nname = "papermill"\n[[package]]\nname = "ipykernel"\n',
  };
  expect(of("nb/train.ipynb", { ...packages, ...lock, "requirements.txt": "papermill\n" })).toEqual(
    [
      expect.stringContaining("config/unused-dependencies"),
      '2:49 ["nb/train.ipynb"] warning config/notebook-packages: the step runs a notebook, and requirements.txt has no ipykernel; add ipykernel to requirements.txt: Papermill runs the notebook, ipykernel its cells',
    ],
  );
  expect(of("nb/trian.ipynb", packages)).toEqual([
    '2:49 ["nb/trian.ipynb"] error config/missing-script: there is no file nb/trian.ipynb in the project; did you mean "nb/train.ipynb"?',
  ]);
});
