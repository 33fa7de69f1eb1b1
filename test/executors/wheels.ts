import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

const script = `
import sys, zipfile
folder, name, version, program, code = sys.argv[1:]
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as file:
    info = f"{name}-{version}.dist-info/"
    files = {
        f"{name}.py": f"text = 'hello from {name} {version}'\\ndef main():\\n    print(text)\\n" + code,
        info + "METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    if program:
        files[info + "entry_points.txt"] = f"[console_scripts]\\n{program} = {name}:main\\n"
    for path, text in files.items():
        file.writestr(path, text)
    file.writestr(info + "RECORD", "".join(f"{path},,\\n" for path in [*files, info + "RECORD"]))
`;

/**
 * Writes a package that needs no network to be installed, with a program that says its name and
 * version. A wheel is a ZIP file.
 *
 * @param code Python that its module has besides
 */
export async function writeWheel(
  folder: string,
  name: string,
  version: string,
  program = "",
  code = "",
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await execa("python3", ["-c", script, folder, name, version, program, code]);
  return join(folder, `${name}-${version}-py3-none-any.whl`);
}
