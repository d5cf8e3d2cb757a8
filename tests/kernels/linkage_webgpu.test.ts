/** The tree made on a GPU, and the contract that all backends keep. */
import { describe, expect, test } from "bun:test";
import process from "node:process";
import fc from "fast-check";
import { basename } from "node:path";
import { isSoftwareAdapter } from "#lib/compute/software_adapters.ts";
import { cutTree } from "#kernels/linkage/cut_tree.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { matrixFreeLinkage } from "#kernels/linkage/matrix_free.ts";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { type LinkageShaders, linkageShaders, webgpuLinkage } from "#kernels/linkage/webgpu.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { whatRan } from "#tests/harness/what_ran.ts";
import { capturesWithLabels, readLabelledPoints } from "./linkage_captures.ts";
import {
  gridPoints,
  linkageVectors,
  shakenGridPoints,
  speakerPoints,
  structurelessPoints,
  tiedVectors,
  treeDifference,
} from "./linkage_data.ts";
import { replayTree, worstReplayError } from "./linkage_oracle.ts";

/** A software GPU compiles and runs these kernels slowly, and slower still beside other work. */
const TIMEOUT_MS = 300_000;

/** What the host does from where the device cannot tell distances apart. */
const LEFT_TO_HOST = "scalar linkage finish";

describeTargets("linkage", (target) => {
  test("gives the matrix form's tree on every vector", async () => {
    for (const { name, x, rows, columns } of linkageVectors()) {
      const found = await linkage(target.compute, x, { rows, columns });
      const difference = treeDifference(found, centroidLinkage(x, { rows, columns }));
      expect([name, difference < 1e-12]).toEqual([name, true]);
    }
  }, TIMEOUT_MS);

  // A software GPU takes a quarter of a minute for the 1004 points of the longest; parity replays it there anyway.
  const captures = capturesWithLabels().filter((path) =>
    !isSoftwareAdapter(target.title) || basename(path) !== "06_long_recording"
  );
  test.each(captures.map((path) => [basename(path), path] as const))(
    "gives pyannote's labels: %s",
    async (_capture, path) => {
      const { x, rows, columns, labels } = await readLabelledPoints(path);
      const z = await linkage(target.compute, x, { rows, columns });
      expect([...cutTree(z, { leaves: rows, threshold: 0.6 })]).toEqual([...labels]);
      expect(treeDifference(z, centroidLinkage(x, { rows, columns }))).toBeLessThan(1e-12);
    },
    TIMEOUT_MS,
  );

  test("merges one of the closest pairs in every step, however many are tied", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const { x, rows, columns } = gridPoints(3 + 5 * seed, 1 + seed % 3, 3, seed);
      const z = await linkage(target.compute, x, { rows, columns });
      expect(worstReplayError(replayTree(z, x, rows, columns))).toBeLessThan(1e-7);
    }
  }, TIMEOUT_MS);

  test.each([1, 2, 63, 64, 65, 129])("gives the matrix form's tree of %d points", async (rows) => {
    for (const columns of [1, 4, 17]) {
      const { x } = shakenGridPoints(rows, columns, rows);
      const found = await linkage(target.compute, x, { rows, columns });
      expect(treeDifference(found, centroidLinkage(x, { rows, columns }))).toBeLessThan(1e-12);
    }
  }, TIMEOUT_MS);

  test("refuses what the definition refuses, in the same words", async () => {
    const calls = [
      [Float64Array.of(0, 1, NaN, 2), { rows: 2, columns: 2 }, "row 1, column 0 is NaN"],
      [Float64Array.of(0, 1, 2, -Infinity), { rows: 2, columns: 2 }, "row 1, column 1 is -Infinity"],
      [Float64Array.of(1e200, -1e200), { rows: 2, columns: 1 }, "a distance overflows"],
      [new Float64Array(5), { rows: 2, columns: 3 }, "x is to hold 2 x 3 = 6 values, not 5"],
    ] as const;
    for (const [x, shape, message] of calls) {
      await expect(linkage(target.compute, x, shape)).rejects.toThrow(message);
    }
  });
});

describeTargets("linkage on a GPU", (target) => {
  const onDevice = async (
    x: Float64Array,
    shape: { rows: number; columns: number },
    shaders?: LinkageShaders,
  ) => {
    const { gpu } = target.compute;
    if (gpu === undefined) throw new Error("a webgpu target has a GPU");
    return await webgpuLinkage(gpu, x, shape, shaders);
  };

  test("gives the scalar's tree bit for bit, on points of any kind", async () => {
    const makers = [
      structurelessPoints,
      (rows: number, columns: number, seed: number) =>
        speakerPoints(rows, columns, { seed, speakers: 3, noise: 0.6 }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...makers),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        async (make, rows, columns, seed) => {
          const { x } = make(rows, columns, seed);
          const expected = matrixFreeLinkage(x, { rows, columns });
          expect(treeDifference(await onDevice(x, { rows, columns }), expected)).toBe(0);
        },
      ),
      { numRuns: 6 },
    );
  }, TIMEOUT_MS);

  test.each(tiedVectors(60, 8))(
    "gives the scalar's tree bit for bit, ties and all: $name",
    async ({ x, rows, columns }) => {
      const expected = matrixFreeLinkage(x, { rows, columns });
      expect(treeDifference(await onDevice(x, { rows, columns }), expected)).toBe(0);
    },
    TIMEOUT_MS,
  );

  test("leaves nothing to the host where nothing is tied", async () => {
    // Not the finely shaken grids: df64 cannot vouch for all of their order.
    const vectors = linkageVectors().filter(({ name }) => /speakers|structureless/.test(name));
    expect(vectors.length).toBe(3);
    for (const { name, x, rows, columns } of vectors) {
      const ran = new Map(await whatRan(() => onDevice(x, { rows, columns })));
      expect([name, ran.has(LEFT_TO_HOST)]).toEqual([name, false]);
    }
  }, TIMEOUT_MS);

  test("does nothing on the device where all points are one", async () => {
    const x = new Float64Array(20).fill(0.1);
    const ran = await whatRan(async () => {
      const expected = matrixFreeLinkage(x, { rows: 10, columns: 2 });
      expect(await onDevice(x, { rows: 10, columns: 2 })).toEqual(expected);
    });
    expect([...ran.keys()].filter((piece) => piece.startsWith("webgpu"))).toEqual([]);
  });

  test("asks the host about a single tie, and goes on", async () => {
    // Two pairs that are equally far apart, among points of any kind: the host names the pair, the device does the rest.
    const { x, rows, columns } = structurelessPoints(12, 4);
    x.set([9, 9, 9, 9, 9, 9, 9, 9.5, -9, 9, 9, 9, -9, 9, 9, 9.5]);
    const ran = await whatRan(async () => {
      const expected = matrixFreeLinkage(x, { rows, columns });
      expect(treeDifference(await onDevice(x, { rows, columns }), expected)).toBe(0);
    });
    expect(ran.has(LEFT_TO_HOST)).toBe(false);
  }, TIMEOUT_MS);

  test("takes no longer over ties than over points of any kind", async () => {
    const [rows, columns] = [300, 64];
    const cost = async (x: Float64Array, columns: number) => {
      const expected = matrixFreeLinkage(x, { rows, columns });
      const before = process.cpuUsage(); // the driver's threads too, and nothing of other programs
      const ran = new Map(
        await whatRan(async () => {
          expect(treeDifference(await onDevice(x, { rows, columns }), expected)).toBe(0);
        }),
      );
      const { user, system } = process.cpuUsage(before);
      return { ms: (user + system) / 1000, scans: ran.get("webgpu linkage scan") ?? 0 };
    };
    await cost(structurelessPoints(rows, columns).x, columns); // compiles
    const usual = await cost(structurelessPoints(rows, columns, 2).x, columns);
    for (const { name, x, columns: own } of tiedVectors(rows, columns)) {
      const { ms, scans } = await cost(x, own);
      expect([name, scans <= 2 * usual.scans, ms < 2 * usual.ms + 1000]).toEqual([name, true, true]);
    }
  }, TIMEOUT_MS);

  test("leaves no buffer behind", async () => {
    const { x, rows, columns } = structurelessPoints(20, 4);
    const before = target.compute.gpu?.memory;
    await onDevice(x, { rows, columns });
    expect(target.compute.gpu?.memory).toEqual(before);
  }, TIMEOUT_MS);

  describe("notices damage to the WGSL", () => {
    const damages: (readonly [what: string, part: keyof LinkageShaders, from: string, to: string])[] = [
      ["the certified error of the bounds", "clusters", "* relative - absolute", ""],
      ["itself as a neighbour", "firstNeighbours", "slot <= row_base", "slot < row_base"],
      [
        "a tile read before it is there",
        "firstNeighbours",
        "      workgroupBarrier();\n      for",
        "      for",
      ],
      ["the barrier of the scan", "scan", "    workgroupBarrier();\n", ""],
      [
        "the low parts of a distance",
        "pick",
        "df64(high[q], low[q]));\n    sum",
        "df64(high[q], 0.0));\n    sum",
      ],
      [
        "the barrier of the best",
        "pick",
        "    workgroupBarrier();\n    if (thread < half) { table",
        "    if (thread < half) { table",
      ],
      ["the share of a union", "pick", "min(size_a, size_b)", "max(size_a, size_b)"],
    ];
    const vectors = linkageVectors().filter(({ rows }) => rows <= 130 && rows > 3);
    test.each(damages)("%s", async (_what, part, from, to) => {
      expect(linkageShaders[part].split(from).length).toBe(2);
      const damaged = { ...linkageShaders, [part]: linkageShaders[part].replace(from, to) };
      let noticed = false;
      for (const { x, rows, columns } of vectors) {
        if (noticed) break;
        const expected = matrixFreeLinkage(x, { rows, columns });
        let found = new Float64Array(0);
        const ran = await whatRan(async () => {
          found = await onDevice(x, { rows, columns }, damaged).catch(() => found) as typeof found;
        });
        // Or the device is at a loss where nothing is tied, and leaves the work to the host.
        noticed = treeDifference(found, expected) > 1e-12 || new Map(ran).has(LEFT_TO_HOST);
      }
      expect(noticed).toBe(true);
    }, TIMEOUT_MS);
  });
}, { backends: ["webgpu"] });
