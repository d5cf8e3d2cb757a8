import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { CONSUMERS } from "./consumers.ts";
import { runProgram } from "./run_program.ts";

const COMPILERS = { "TypeScript 5.5": "typescript-5.5", "this project's TypeScript": "typescript" };

/** A user's file, in both ways to find modules, held against the declarations: also these must have no fault in them. */
export async function checkTypes(
  folder: string,
  manifest: { readonly exports: object },
  check: (name: string, work: () => Promise<void>) => Promise<boolean>,
): Promise<void> {
  const rooms = Object.keys(manifest.exports).filter((path) => path !== "." && !path.endsWith(".json"));
  const imports = rooms.map((path, i) => `import * as room${i} from "dialab${path.slice(1)}";`);
  const text = CONSUMERS["use.ts"].replace("ROOMS", imports.join("\n"))
    .replace("NAMES", rooms.map((_, i) => `room${i}`).join(", "));
  for (const name of ["use.ts", "use.mts"]) writeFileSync(join(folder, name), text.trimStart());
  for (const [compiler, name] of Object.entries(COMPILERS)) {
    const tsc = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", "tsc");
    for (const [resolution, module] of [["bundler", "ESNext"], ["nodenext", "NodeNext"]]) {
      await check(`types: ${compiler}, ${resolution}`, async () => {
        const config = join(folder, `tsconfig.${name}.${resolution}.json`);
        const compilerOptions = {
          ...{ module, moduleResolution: resolution, target: "ES2022", strict: true, noEmit: true },
          ...{ skipLibCheck: false, types: [], lib: ["ES2022", "ESNext.Disposable", "DOM"] },
        };
        writeFileSync(config, JSON.stringify({ compilerOptions, files: ["use.ts"] }));
        const { stdout } = await runProgram(["node", tsc, "-p", config], { cwd: folder });
        const faults = stdout.split("\n").filter((line) => /error TS/.test(line));
        if (faults.length > 0) throw new Error(faults.join("\n"));
      });
    }
  }
}
