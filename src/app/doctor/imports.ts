/**
 * What Python files import and no requirement names. A guess, and reported as one: a package may
 * bring others along, and its name may differ from the module's.
 */
export interface MissingImport {
  readonly module: string;
  /** The first file that imports it, relative to the project. */
  readonly file: string;
  readonly line: number;
}

/**
 * @param files the project's Python files: path to text
 * @param own names of the project's own top-level modules and packages
 * @param requirements text of the requirements file and of those that it includes
 */
export function missingImports(
  files: ReadonlyMap<string, string>,
  own: ReadonlySet<string>,
  requirements: string,
): MissingImport[] {
  const named = new Set(requirementNames(requirements));
  const found = new Map<string, MissingImport>();
  for (const [file, text] of files) {
    for (const { module, line } of importsOf(text)) {
      if (STANDARD.has(module) || module.startsWith("_") || own.has(module)) continue;
      if (found.has(module) || isNamed(module, named)) continue;
      found.set(module, { module, file, line });
    }
  }
  return [...found.values()];
}

/**
 * Names of the packages that a requirements file asks for, as PyPI compares them
 * (https://peps.python.org/pep-0503/#normalized-names).
 */
export function requirementNames(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, "")
    .split(/\r?\n/)
    .flatMap((line) => {
      const wanted = line.replace(/(^|\s)#.*$/s, "").trim();
      // A wheel or an archive has the name at its beginning, whatever is before it.
      const archive =
        /(?:^|[/\\\s])([A-Za-z0-9][A-Za-z0-9_.]*(?:-[A-Za-z][\w.]*)*)-\d[^/\\\s#]*\.(?:whl|tar\.gz|zip)/.exec(
          line,
        )?.[1];
      const egg = /[#&]egg=([\w.-]+)/.exec(line)?.[1];
      const name =
        egg ?? archive ?? /^([A-Za-z0-9][\w.-]*)\s*(?:\[|[=<>!~;@]|$|\s)/.exec(wanted)?.[1];
      return name === undefined ? [] : [normal(name)];
    });
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The package that a module is commonly installed by; the module's name where none is known. */
export function packageOf(module: string): string {
  return packagesOf(module)[0] ?? module;
}

function packagesOf(module: string): readonly string[] {
  return Object.hasOwn(PACKAGES, module) ? (PACKAGES[module] ?? []) : [];
}

function isNamed(module: string, named: ReadonlySet<string>): boolean {
  const names = [module, ...packagesOf(module)];
  return names.some((name) => {
    const wanted = normal(name);
    // `google.cloud` comes with `google-cloud-storage`, `azure` with `azure-storage-blob`.
    return [...named].some((one) => one === wanted || one.startsWith(`${wanted}-`));
  });
}

/**
 * Top-level modules that a text imports, at the beginning of a line: what is imported inside of
 * `try` or a function may be missing.
 */
function importsOf(text: string): { module: string; line: number }[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const from = /^from\s+([A-Za-z_]\w*)[\w.]*\s+import\b/.exec(line)?.[1];
    if (from !== undefined) return [{ module: from, line: index + 1 }];
    const list = /^import\s+([^#;]+)/.exec(line)?.[1];
    return (list?.split(",") ?? []).flatMap((part) => {
      const module = /^\s*([A-Za-z_]\w*)/.exec(part)?.[1];
      return module === undefined ? [] : [{ module, line: index + 1 }];
    });
  });
}

/** Modules whose package has another name. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  attr: ["attrs"],
  bs4: ["beautifulsoup4"],
  cv2: ["opencv-python", "opencv-python-headless", "opencv-contrib-python"],
  dateutil: ["python-dateutil"],
  dotenv: ["python-dotenv"],
  faiss: ["faiss-cpu", "faiss-gpu"],
  git: ["GitPython"],
  jwt: ["PyJWT"],
  mlflow: ["mlflow", "mlflow-skinny"],
  mysql: ["mysql-connector-python"],
  Crypto: ["pycryptodome"],
  docx: ["python-docx"],
  dns: ["dnspython"],
  hydra: ["hydra-core"],
  imblearn: ["imbalanced-learn"],
  kafka: ["kafka-python"],
  mpl_toolkits: ["matplotlib"],
  MySQLdb: ["mysqlclient"],
  OpenSSL: ["pyOpenSSL"],
  PIL: ["pillow"],
  pkg_resources: ["setuptools"],
  psycopg2: ["psycopg2-binary"],
  pylab: ["matplotlib"],
  pythonjsonlogger: ["python-json-logger"],
  pywt: ["PyWavelets"],
  pymssql: ["pymssql"],
  serial: ["pyserial"],
  skopt: ["scikit-optimize"],
  umap: ["umap-learn"],
  zmq: ["pyzmq"],
  skimage: ["scikit-image"],
  sklearn: ["scikit-learn"],
  snowflake: ["snowflake-connector-python"],
  tensorflow: ["tensorflow-cpu", "tensorflow-gpu"],
  yaml: ["PyYAML"],
};

/**
 * Python's own modules (https://docs.python.org/3/py-modindex.html), those of recent versions
 * together.
 */
const STANDARD: ReadonlySet<string> = new Set(
  `__future__ abc aifc argparse array ast asyncio atexit audioop base64 bdb binascii bisect builtins bz2 calendar cgi cgitb chunk cmath cmd
code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes
curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imghdr
imp importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap
modulefinder msilib multiprocessing netrc nntplib numbers operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil
platform plistlib poplib posix pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri random re readline reprlib resource
rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib sndhdr socket socketserver spwd sqlite3 ssl stat
statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test
textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle types typing unicodedata unittest
urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`.split(
    /\s+/,
  ),
);
