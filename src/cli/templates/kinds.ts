import type { TemplateFile } from "./file.ts";
import {
  lightgbmLoad,
  lightgbmScore,
  lightgbmTest,
  lightgbmTrain,
  notebook,
  sklearnExtract,
  sklearnTest,
  sklearnTrain,
} from "./kinds-python.ts";

/** What `esteira new --template` may be asked for. */
export const TEMPLATES = ["minimal", "sklearn", "notebook", "lightgbm"] as const;
export type Template = (typeof TEMPLATES)[number];

/** What makes a template's project differ from the others. */
export interface ProjectKind {
  readonly description: string;
  /** A parameter of a run: its name, its default and what it is. */
  readonly param: readonly [name: string, value: string, description: string];
  readonly steps: readonly StepOfKind[];
  readonly requirements: readonly string[];
  /** Packages of Debian that the image needs. */
  readonly systemPackages: readonly string[];
  readonly files: readonly TemplateFile[];
  /** Whether there is something for `esteira test`. */
  readonly tested: boolean;
}

export interface StepOfKind {
  readonly id: string;
  readonly command: string;
  readonly outputs: readonly string[];
  readonly memoryGb: number;
  /** For the README. */
  readonly reads: string;
}

const sklearn: ProjectKind = {
  description: "A model of scikit-learn, trained every night",
  param: ["trees", "50", "Trees of the forest"],
  steps: [
    step("extract", ["features/"], "the wines that scikit-learn brings"),
    step("train", ["model.pkl", "metrics.json"], "`features/`"),
  ],
  requirements: ["numpy==2.4.6", "scikit-learn==1.7.2"],
  systemPackages: [],
  files: [
    { path: "steps/extract.py", text: sklearnExtract },
    { path: "steps/train.py", text: sklearnTrain },
    { path: "tests/__init__.py", text: "" },
    { path: "tests/test_steps.py", text: sklearnTest },
  ],
  tested: true,
};

const lightgbm: ProjectKind = {
  description: "A model of LightGBM, trained every night, and its scores",
  param: ["rounds", "60", "Rounds of boosting"],
  steps: [
    step("load", ["features/"], "a made-up database"),
    step("train", ["model.txt"], "`features/`"),
    step("score", ["scores.csv"], "`features/`, `model.txt`"),
  ],
  requirements: ["lightgbm==4.6.0", "numpy==2.4.6"],
  systemPackages: ["libgomp1"],
  files: [
    { path: "steps/load.py", text: lightgbmLoad },
    { path: "steps/train.py", text: lightgbmTrain },
    { path: "steps/score.py", text: lightgbmScore },
    { path: "tests/__init__.py", text: "" },
    { path: "tests/test_steps.py", text: lightgbmTest },
  ],
  tested: true,
};

const notebooks: ProjectKind = {
  description: "A report that a notebook makes every night",
  param: ["rows", "200", "How many rows are reported"],
  steps: [
    {
      ...step("report", ["out/"], "made-up rows"),
      command: "notebooks/report.ipynb",
    },
  ],
  requirements: ["papermill", "ipykernel"],
  systemPackages: [],
  files: [{ path: "notebooks/report.ipynb", text: notebook }],
  tested: false,
};

/** What the templates besides the minimal one are made of. */
export const KINDS: Readonly<Record<Exclude<Template, "minimal">, ProjectKind>> = {
  sklearn,
  notebook: notebooks,
  lightgbm,
};

function step(id: string, outputs: readonly string[], reads: string): StepOfKind {
  return { id, command: `python steps/${id}.py`, outputs, memoryGb: 1, reads };
}
