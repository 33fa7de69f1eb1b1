import { join } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import type { Interpreter } from "./interpreter.ts";
import { sitePackages } from "./packages/overlay.ts";
import { runTool, type ToolFailure, type ToolOptions } from "./tool.ts";

/** What the script prints where a Python brings no pip. */
const none = "no wheels";

/**
 * Unpacks the wheels that `ensurepip` would have pip install, and writes the programs that they
 * declare; some distributions keep the wheels in their own folder. These are wheels of Python
 * alone, so that this is all there is to it.
 *
 * @see https://packaging.python.org/en/latest/specifications/binary-distribution-format/
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
const script = `
import glob, os, re, sys, sysconfig, zipfile
site, programs = sys.argv[1:]
folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or os.path.join(os.path.dirname(os.__file__), "ensurepip", "_bundled")
names = ["pip"] + ["setuptools"] * (sys.version_info < (3, 12))
wheels = [sorted(glob.glob(os.path.join(glob.escape(folder), name + "-*.whl")))[-1:] for name in names]
if [] in wheels:
    sys.exit(print("${none}"))

def write(path, content, mode=0o444):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)

python = os.path.join(programs, "python")
# https://www.man7.org/linux/man-pages/man2/execve.2.html: what is longer, or has a space, tab or line break in it, isn't found.
start = "#!" + python if len(os.fsencode(python)) < 126 and not re.search(r"\\s", python) else "#!/bin/sh\\n'''exec' \\"" + python + "\\" \\"$0\\" \\"$@\\"\\n' '''"
for [wheel] in wheels:
    with zipfile.ZipFile(wheel) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    about = next(os.path.dirname(name) for name in contents if name.endswith(".dist-info/WHEEL"))
    record, more = contents.pop(about + "/RECORD"), {about + "/INSTALLER": b"pip\\n"}
    declared = contents.get(about + "/entry_points.txt", b"").decode().partition("[console_scripts]")[2].partition("[")[0]
    for name, module, function in re.findall(r"^([\\w.-]+) *= *([\\w.]+):(\\w+)", declared, re.M):
        text = f"{start}\\n# -*- coding: utf-8 -*-\\nimport sys\\nfrom {module} import {function}\\nif __name__ == '__main__':\\n    sys.exit({function}())\\n"
        path = os.path.join(programs, name)
        write(path, text.encode("utf-8", "surrogateescape"), 0o555)
        more[os.path.relpath(path, site)] = None
    for name, content in {**contents, **more}.items():
        if content is not None:
            write(os.path.join(site, name), content)
    write(os.path.join(site, about, "RECORD"), record + "".join(f"{name},,\\n" for name in more).encode())
`;

/**
 * Puts pip, and before Python 3.12 setuptools, into a new virtual environment, as Python's images
 * have them. Installers take three to ten times as long for the same thousand files.
 *
 * @returns whether this Python brings them along
 */
export async function seedPip(
  interpreter: Interpreter,
  environment: string,
  options: ToolOptions,
): Promise<Result<boolean, ToolFailure>> {
  const { python } = interpreter;
  const folders = [sitePackages(environment, interpreter), join(environment, "bin")];
  let isThere = true;
  const seeded = await runTool(python, ["-I", "-S", "-c", script, ...folders], {
    ...options,
    listener: (line) => {
      if (line === none) isThere = false;
    },
  });
  return seeded.ok ? ok(isThere) : seeded;
}
