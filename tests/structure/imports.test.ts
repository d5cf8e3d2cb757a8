import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { type SourceFile, sourceFiles } from "./source_files.ts";

/** Which rooms a room may look into, besides itself. docs/conventions.md tells the order. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "lib/warnings": [],
  "lib/language": [],
  "lib/numerics": [],
  "lib/arrays": ["lib/numerics"],
  "lib/places": [],
  "lib/compute": ["lib/numerics", "lib/places", "kernels/df64.wgsl"],
  "lib/synthesis": ["lib/arrays", "lib/numerics"],
  "kernels": ["lib/compute", "lib/numerics"],
  "lib/timeline": ["lib/arrays", "lib/numerics"],
  "lib/audio": ["kernels", "lib/compute", "lib/arrays", "lib/numerics"],
  "lib/networks": [
    "kernels",
    "lib/places",
    "lib/audio",
    "lib/compute",
    "lib/arrays",
    "lib/numerics",
    "models/models.json",
  ],
  "lib/scheduling": ["lib/numerics"],
  "lib/clustering": ["kernels", "lib/compute", "lib/arrays", "lib/numerics"],
  "lib/metrics": ["lib/timeline", "lib/numerics"],
  "lib/pipeline": ["lib/clustering", "lib/timeline", "kernels", "lib/compute", "lib/arrays", "lib/numerics"],
  "lib/diarization": [
    ...["lib/networks", "lib/audio", "lib/scheduling", "lib/pipeline", "lib/clustering", "lib/timeline"],
    ...["lib/compute", "lib/arrays", "lib/numerics", "lib/places"],
  ],
  "lib/parity": [
    ...["lib/networks", "lib/pipeline", "lib/metrics", "lib/clustering", "lib/timeline", "lib/synthesis"],
    ...["kernels", "lib/compute", "lib/arrays", "lib/numerics", "lib/places"],
  ],
  "lib/corpus": [
    ...["lib/diarization", "lib/networks", "lib/scheduling", "lib/pipeline", "lib/audio", "lib/timeline"],
    ...["kernels", "lib/compute", "lib/arrays", "lib/numerics", "lib/places"],
  ],
  "lib/plots": [
    ...["lib/parity", "lib/pipeline", "lib/metrics", "lib/clustering", "lib/timeline"],
    ...["lib/arrays", "lib/numerics", "lib/places"],
  ],
  "lib/report": [
    ...[
      "lib/plots",
      "lib/parity",
      "lib/diarization",
      "lib/pipeline",
      "lib/metrics",
      "lib/audio",
      "lib/timeline",
    ],
    ...["lib/arrays", "lib/numerics", "lib/places"],
  ],
  "lib/notebook": [
    ...["lib/report", "lib/plots", "lib/parity", "lib/diarization", "lib/networks", "lib/scheduling"],
    ...[
      "lib/corpus",
      "lib/pipeline",
      "lib/metrics",
      "lib/clustering",
      "lib/timeline",
      "lib/audio",
      "kernels",
      "lib/compute",
    ],
    ...["lib/arrays", "lib/numerics", "lib/places"],
  ],
};

/** Rooms that any other may look into: whoever reads may warn, and all speak the language. */
const FOR_ALL = ["lib/warnings", "lib/language"];

/** The files that a file names in its imports, from the project's root; packages and builtins are left out. */
function importsOf({ path, text }: SourceFile): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const specifiers = [...code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) =>
    specifier
  );
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith("#")) return [specifier.slice(1)];
    return specifier.startsWith(".") ? [normalize(join(dirname(path), specifier))] : [];
  });
}

function room(path: string): string {
  return path.startsWith("lib/") ? path.split("/").slice(0, 2).join("/") : path.split("/")[0];
}

/** A path through the graph that comes back to where it began, if there is one. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (node: string, trail: readonly string[]): string[] => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const cycle = walk(next, [...trail, node]);
      if (cycle.length > 0) return cycle;
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = walk(node, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe("imports", () => {
  const files = sourceFiles(["lib", "kernels", "scripts"]);
  const graph = new Map(files.map((file) => [file.path, importsOf(file)]));

  test("are found and lead somewhere", () => {
    const edges = [...graph.values()].flat();
    expect(edges.length).toBeGreaterThan(100);
    expect(edges.filter((path) => !existsSync(join(projectRoot(), path)))).toEqual([]);
  });

  test("make no cycle", () => expect(findCycle(graph)).toEqual([]));

  test("the search for cycles finds one", () => {
    const cyclic = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
    expect(findCycle(cyclic)).toEqual(["b", "c", "b"]);
  });

  test("point one way", () => {
    const wrong = [...graph].flatMap(([path, targets]) => {
      const allowed = MAY_IMPORT[room(path)];
      if (allowed === undefined) {
        return path === "lib/mod.ts" || path.startsWith("scripts/") ? [] : [`${path}: unknown room`];
      }
      return targets.filter((target) =>
        room(target) !== room(path) && !FOR_ALL.includes(room(target)) &&
        !allowed.some((place) => target === place || target.startsWith(`${place}/`))
      ).map((target) => `${path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test("of the library name no runtime's own API", () => {
    const wrong = sourceFiles(["lib", "kernels"]).filter(({ text }) =>
      /from "(bun|bun:\w+|jsr:|npm:)/.test(text) || /\bBun\./.test(text)
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
