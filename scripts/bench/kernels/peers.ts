import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "../../cli/python.ts";
import { RefusedError } from "../refused_error.ts";
import type { PeerJob, Values } from "./kernel_case.ts";

/** What a peer says of one problem. */
export interface PeerAnswer {
  /** "torchaudio 0.13.1, one thread". */
  readonly name: string;
  readonly seconds: readonly number[];
  /** Peak resident memory of its process, and what it was before the work. */
  readonly peakBytes: number;
  readonly peakBytesBefore: number;
  /** The same on CUDA, with the data on the device, where the peer has that. */
  readonly cuda: { readonly name: string; readonly seconds: readonly number[] } | null;
  readonly result: Values;
}

/** Pythons by the modules that they have; each is looked for once. */
export class Peers {
  readonly #pythons = new Map<string, string | undefined>();

  /** Whether some Python has all of a job's modules. */
  has({ modules }: Pick<PeerJob, "modules">): boolean {
    return this.#python(modules) !== undefined;
  }

  /** Has the peer do one problem, `runs` times. @throws {RefusedError} when it fails */
  async ask(kernel: string, job: Omit<PeerJob, "bound">, runs: number): Promise<PeerAnswer> {
    const python = this.#python(job.modules);
    if (python === undefined) throw new RefusedError(`No Python has ${job.modules.join(", ")}.`);
    const folder = mkdtempSync(join(tmpdir(), "dialab-peer-"));
    try {
      const paths: Record<string, string> = {};
      for (const [name, array] of Object.entries<NdArray>(job.arrays())) {
        paths[name] = join(folder, `${name}.npy`);
        await writeNpy(paths[name], array);
      }
      const result = join(folder, "result.npy");
      const request = { kernel, runs, arrays: paths, options: job.options, result };
      const script = join(projectRoot(), "scripts", "bench", "kernels", "kernel_peers.py");
      const { status, stdout, stderr } = spawnSync(python, [script, JSON.stringify(request)], {
        encoding: "utf8",
        env: { ...process.env },
      });
      if (status !== 0) {
        throw new RefusedError(`The peer of ${kernel} failed: ${stderr.trim().split("\n").at(-1)}`);
      }
      const answer = JSON.parse(stdout) as Omit<PeerAnswer, "result">;
      const array = await readNpy(result);
      return { ...answer, result: array.dtype === "f4" ? array.data : asFloat64(array) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #python(modules: readonly string[]): string | undefined {
    const key = modules.join(" ");
    if (!this.#pythons.has(key)) this.#pythons.set(key, findPython(modules));
    return this.#pythons.get(key);
  }
}
