import { spawnSync } from "node:child_process";
import process from "node:process";

/**
 * A Python that has these modules: DIALAB_PYTHON, else `python3` on the PATH, else the system's own, which has Debian's packages where
 * the PATH leads to another. Undefined when there is none.
 */
export function findPython(modules: readonly string[]): string | undefined {
  const candidates = process.env.DIALAB_PYTHON
    ? [process.env.DIALAB_PYTHON]
    : ["python3", "/usr/bin/python3"];
  const script = modules.length === 0 ? "" : `import ${modules.join(", ")}`;
  return candidates.find((command) => spawnSync(command, ["-c", script], { stdio: "ignore" }).status === 0);
}
