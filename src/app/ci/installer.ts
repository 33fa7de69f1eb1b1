/** What brings a workspace's CI the Esteira that the workspace pins. */
export type CiInstaller = "npm" | "python";

/** What a job types; both refuse content that hasn't the pinned hash, and run no scripts of it. */
export const installCommand: Readonly<Record<CiInstaller, string>> = {
  npm: "npm ci --ignore-scripts",
  python:
    "python3 -m venv .esteira-ci && .esteira-ci/bin/python -m pip install --require-hashes --no-deps -r requirements-esteira.txt",
};

/** The program that it has put there: no other of that name, from nowhere else. */
export const installedProgram: Readonly<Record<CiInstaller, string>> = {
  npm: "node_modules/.bin/esteira",
  python: ".esteira-ci/bin/esteira",
};
