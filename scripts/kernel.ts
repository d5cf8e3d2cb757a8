/** `kernel`: install the Jupyter kernel for the notebooks. See `--help`. */
import process from "node:process";
import { type Command, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import {
  isOurs,
  jupyterDataFolder,
  kernelFolder,
  readKernelSpec,
  removeKernelSpec,
  writeKernelSpec,
} from "./notebooks/kernel_spec.ts";

const help = `NAME
    kernel - install the Jupyter kernel for the notebooks

SYNOPSIS
    dialab kernel [OPTION]...
    npm run kernel -- [--dir DIR] [--force]
    npm run kernel -- --remove [--dir DIR] [--force]

DESCRIPTION
    Tells Jupyter (Lab, Notebook, VS Code) of the Deno that npm ci installed
    here, as kernel "deno". Nothing but one file, kernel.json, is written. A
    "deno" kernel of another origin is left alone: the notebooks run on it.

    "npm run notebooks" needs none of this; it brings the kernel itself.

OPTIONS
    --dir DIR
        Jupyter's data folder. Default: JUPYTER_DATA_DIR, else the user's own:
        ~/.local/share/jupyter, ~/Library/Jupyter or %APPDATA%\\jupyter.
    --remove
        Take the kernel away again.
    --force
        Overwrite or remove one of another origin, too.
${commonHelp}
EXAMPLES
    dialab kernel
    dialab kernel --dir jupyter --force
    dialab kernel --remove --dir jupyter

EXIT STATUS
    0  the kernel is there; with --remove, it is not
    1  there is one of another origin, and --force was not given
    2  the command line is wrong
    3  Deno is not installed here
`;

/** The command. */
export const command: Command = {
  help,
  options: { dir: { type: "string" }, remove: { type: "boolean" }, force: { type: "boolean" } },
  run({ values, positionals }) {
    if (positionals.length > 0) {
      throw new UsageError(`kernel takes no arguments; ${positionals[0]} was given.`);
    }
    const data = values.get("dir") ?? jupyterDataFolder();
    const present = readKernelSpec(data);
    const say = (text: string) => void process.stdout.write(`${text}\n`);
    if (present !== undefined && !isOurs(present) && !values.has("force")) {
      process.stderr.write(
        `error: ${kernelFolder(data)} holds a kernel of another origin (${present.argv[0]}). ` +
          `The notebooks run on it; --force ${values.has("remove") ? "removes" : "overwrites"} it.\n`,
      );
      return Promise.resolve(EXIT.failed);
    }
    if (!values.has("remove")) {
      say(`The kernel "Deno" is in ${writeKernelSpec(data)}.`);
    } else if (present === undefined) {
      say(`There is no kernel in ${kernelFolder(data)}.`);
    } else {
      removeKernelSpec(data);
      say(`Removed ${kernelFolder(data)}.`);
    }
    return Promise.resolve(EXIT.fine);
  },
};

if (import.meta.main) await main(command);
