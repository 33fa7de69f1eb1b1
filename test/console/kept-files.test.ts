import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace } from "../cli/workspace.ts";
import { openedConsole } from "./rig/opened.ts";

interface Listed {
  readonly artifacts: readonly { readonly name: string; readonly path: string }[];
}

test("files of a run have the names that `artifacts ls` gives them; how they are kept isn't listed", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: train, command: "mkdir out && echo model > out/model.txt && cp out/model.txt $ESTEIRA_ARTIFACTS_DIR/notes.txt", outputs: ["out/"] }`,
  });
  expect(await esteira(folder.path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await esteira(folder.path, ["run", "demo"])).toMatchObject({ code: 0 });
  const shown = await esteira(folder.path, ["artifacts", "ls", "demo", "--json"]);
  const { run, files } = JSON.parse(shown.out) as {
    readonly run: string;
    readonly files: readonly { readonly name: string }[];
  };
  const names = files.map(({ name }) => name);
  expect(names).toEqual(["train/notes.txt", "train/out/model.txt"]);

  await using console = await openedConsole(folder.path);
  const of = `/api/v1/environments/local/runs/${run}/artifacts`;
  const listed = (await (await console.get(of)).json()) as Listed;
  expect(listed.artifacts.map(({ name }) => name)).toEqual(names);
  expect(listed.artifacts).toMatchObject([
    { step: "train", bytes: 6, kind: "text" },
    { step: "train", bytes: 6, kind: "text" },
  ]);
  const path = encodeURIComponent(listed.artifacts[1]?.path ?? "");
  expect(await (await console.get(`${of}/look?path=${path}`)).json()).toMatchObject({
    kind: "text",
    text: "model\n",
  });
  expect(await (await console.get(`${of}/raw?path=${path}`)).text()).toBe("model\n");
});
