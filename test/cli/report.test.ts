import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { mailRig } from "../rig/notify-servers.ts";
import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, steady, write } from "./workspace.ts";

const steps = `- { id: load, command: "sh load.sh" }
- { id: train, command: "sh train.sh", outputs: [] }`;
const load = `printf '# Loaded\\n\\n120 rows' > "$ESTEIRA_REPORT_DIR/01.md"
printf 'day,rows\\n2026-01-31,120\\n' > "$ESTEIRA_REPORT_DIR/rows.csv"
`;
const train = `test -f "$ESTEIRA_REPORT_DIR/01.md"
printf '{"mark": "bar", "data": {"values": [{"k": "a", "v": 1}]}, "encoding": {"x": {"field": "k"}, "y": {"field": "v"}}}' > "$ESTEIRA_REPORT_DIR/auc.vl.json"
head -c 400000 /dev/zero > "$ESTEIRA_REPORT_DIR/large.png"
`;

test("what steps add becomes one page, which the mail names", async () => {
  await using server = await mailRig({ server: { hideSTARTTLS: true } });
  await using folder = await shellWorkspace({});
  const { path } = folder;
  const settings = join(path, "esteira.yaml");
  const mail = `    mail:\n      from: esteira@example.com\n      smtp: { host: 127.0.0.1, port: ${server.port} }\n`;
  const text = await readFile(settings, "utf8");
  await writeFile(settings, text.replace("    executor: process\n", `$&${mail}`));
  const project = "src/projects/demo";
  const config = `${projectYaml("demo", steps)}notifications: { on_success: ["team@example.com"] }\n`;
  await write(path, `${project}/config.yaml`, config);
  await write(path, `${project}/Dockerfile`, "FROM python:3.11-slim\n");
  await write(path, `${project}/load.sh`, load);
  await write(path, `${project}/train.sh`, train);
  expect(await esteira(path, ["run", "demo", "--deploy"])).toMatchObject({ code: 0 });
  await expect.poll(() => server.mails.length).toBe(1);
  const body = steady(server.mails[0]?.parsed.text ?? "");
  expect(body).toContain("Report  esteira report demo-<id> -e local");

  const made = await esteira(path, ["report", "demo", "--no-open"]);
  expect([made.code, steady(made.out), made.err]).toMatchInlineSnapshot(`
    [
      0,
      "✓ 3 parts (5.7 kB) of demo-<id> in .esteira/reports/demo-<id>.html",
      "! not shown, for size or kind: large.png",
    ]
  `);
  const { out } = await esteira(path, ["report", "demo", "--output", "out/page.html", "--json"]);
  const document = JSON.parse(out) as {
    path: string;
    parts: { name: string; step: string; shown: boolean }[];
  };
  expect(document.parts.map(({ name, step, shown }) => [step, name, shown])).toEqual([
    ["load", "01.md", true],
    ["load", "rows.csv", true],
    ["train", "auc.vl.json", true],
    ["train", "large.png", false],
  ]);
  expect(document.path).toBe(join(path, "out/page.html"));
  const html = await readFile(document.path, "utf8");
  expect(html).toContain("<h3>Loaded</h3>");
  expect(html).toContain('<svg class="chart"');
  expect(html).toContain("large.png of train");

  // Nothing was kept of an empty folder.
  const left = await esteira(path, ["artifacts", "ls", "demo", "load", "--json"]);
  expect(
    (JSON.parse(left.out) as { files: { name: string }[] }).files.map(({ name }) => name),
  ).toEqual(["load/report/01.md", "load/report/rows.csv"]);
});

test("a run without one says how to make one", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  expect(await esteira(folder.path, ["run", "demo", "--deploy"])).toMatchObject({ code: 0 });
  const { code, err } = await esteira(folder.path, ["report", "demo"]);
  expect([code, steady(err)]).toMatchInlineSnapshot(`
    [
      4,
      "error: the steps of demo-<id> have added nothing to a report
           A step adds to it with \`report.add(…)\` of the Python library, or by files in ESTEIRA_REPORT_DIR; on AWS its project needs \`outputs\` (\`outputs: []\` on a step is enough).",
    ]
  `);
});
