/** Captures made up by tests, in folders that are gone when the tests end. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { projectRoot } from "#lib/places/places.ts";

export const FIXTURES = join(projectRoot(), "fixtures");

/** A folder with `captures/` in it. */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), "dialab-parity-"));

  /** The folder of a capture. */
  path(name: string, file = ""): string {
    return join(this.root, "captures", name, file);
  }

  /** A copy of one of the project's captures. */
  copy(of: string, name: string): string {
    cpSync(join(FIXTURES, "captures", of), this.path(name), { recursive: true });
    return this.path(name);
  }

  /** A capture of the three files that none does without. */
  async make(
    name: string,
    { segmentations, embeddings, rttm = "" }: { segmentations: NdArray; embeddings: NdArray; rttm?: string },
  ): Promise<string> {
    mkdirSync(this.path(name), { recursive: true });
    await writeNpz(this.path(name, "segmentations.npz"), { segmentations }, { compress: true });
    await writeNpz(this.path(name, "raw_embeddings.npz"), { embeddings }, { compress: true });
    writeFileSync(this.path(name, "reference.rttm"), rttm);
    return this.path(name);
  }

  /** Change arrays of one file. */
  async change(
    name: string,
    file: string,
    change: (arrays: Record<string, NdArray>) => void | Record<string, NdArray>,
  ): Promise<void> {
    const arrays = await readNpz(this.path(name, file));
    await writeNpz(this.path(name, file), change(arrays) ?? arrays, { compress: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Chunks [from, to) of an array whose first axis is chunks. */
export function chunksOf(array: NdArray, from: number, to: number): NdArray {
  const size = array.shape.slice(1).reduce((a, b) => a * b, 1);
  const shape = [to - from, ...array.shape.slice(1)];
  if (array.dtype !== "f4") throw new TypeError(`f4 is needed, not ${array.dtype}`);
  return ndArray("f4", shape, array.data.slice(from * size, to * size));
}
