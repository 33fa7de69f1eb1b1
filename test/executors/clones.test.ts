import { appendFileSync, existsSync, globSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { cloningDisk, isShared } from "../rig/cloning-disk.ts";
import { describeWith } from "../rig/parts.ts";
import { environmentRig, type Prepared } from "./environment-rig.ts";
import { writeWheel } from "./wheels.ts";

const { box, wheels, prepared, inside, close } = await environmentRig();
afterAll(close);

describeWith(await cloningDisk(), "on a disk whose files can be cloned", (found) => {
  const folder = join(box.root, "disk");
  const cache = join(folder, "uv-cache");
  let disk: AsyncDisposable;
  beforeAll(async () => {
    disk = await found().mount(folder);
    await writeWheel(wheels, "greeting", "1.0", "greet", `# ${"large ".repeat(10_000)}\n`);
  });
  afterAll(() => disk[Symbol.asyncDispose]());

  const environment = (requirements: string, data = ".esteira"): Promise<Prepared> =>
    prepared(requirements, {
      data: join(folder, data),
      variables: { UV_CACHE_DIR: cache },
    });
  const moduleOf = ({ layer, path }: Prepared): string => {
    const [file] = globSync([layer, path].map((each) => `${each}/**/greeting.py`));
    if (file === undefined) throw new Error(`no greeting.py in ${layer} or ${path}`);
    return file;
  };

  test("environments share what uv has cached, and an edit of one changes no other", async () => {
    const one = await environment("one.txt");
    const other = await environment("three.txt");
    const files = [one, other].map(moduleOf);
    expect(new Set(files).size).toBe(2);
    const [cached = ""] = globSync(`${cache}/**/greeting.py`);
    expect(existsSync(cached)).toBe(true);
    for (const file of [...files, cached]) expect(await isShared(file)).toBe(true);

    appendFileSync(files[0] ?? "", "text = 'edited'\n");
    expect(await inside(one, "greet")).toBe("edited");
    expect(await inside(other, "greet")).toBe("hello from greeting 1.0");
    const later = await environment("one.txt", "later");
    expect(await inside(later, "greet")).toBe("hello from greeting 1.0");
  });
});
