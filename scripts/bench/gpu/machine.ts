/** What the figures were measured with: versions of everything that has a part in them. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "../../cli/python.ts";
import { programVersion } from "#lib/places/program_version.ts";
import type { GpuResults } from "./results.ts";

/** Folders whose source files have a part in the figures. */
const SOURCES = ["kernels", "lib", "scripts/bench"];

/** Looks at the machine; needs no git, and no Python. */
export function describeMachine(): GpuResults["environment"] {
  return {
    ...describeEnvironment(),
    commit: programVersion().commit ?? null,
    sources: sourcesSha256(),
    versions: { ...packageVersions(["webgpu", "onnxruntime-node"]), ...pythonVersions() },
  };
}

function sourcesSha256(): string {
  const hash = createHash("sha256"), root = projectRoot();
  for (const folder of SOURCES) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const file of files) {
      const path = join(root, folder, file);
      if (statSync(path).isFile()) hash.update(`${folder}/${file}\n`).update(readFileSync(path));
    }
  }
  return hash.digest("hex");
}

function packageVersions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    try {
      const text = readFileSync(join(projectRoot(), "node_modules", name, "package.json"), "utf8");
      return [[name, (JSON.parse(text) as { version: string }).version]];
    } catch {
      return []; // it was not carried along
    }
  }));
}

function pythonVersions(): Record<string, string> {
  const python = findPython(["numpy"]) ?? findPython([]);
  if (python === undefined) return {};
  const script = `
import json, sys
from importlib.metadata import version
found = {"python": sys.version.split()[0]}
for name in ("numpy", "scipy", "torch", "torchaudio"):
    try:
        found[name] = version(name)
    except Exception:
        pass
print(json.dumps(found))`;
  const { status, stdout } = spawnSync(python, ["-c", script], { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? JSON.parse(stdout) as Record<string, string> : {};
}
