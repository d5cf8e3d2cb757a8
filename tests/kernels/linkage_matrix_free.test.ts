/** The tree without the matrix, on the CPU: the matrix form's own tree, and WebAssembly's bits are the scalar's. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { basename } from "node:path";
import { cutTree } from "#kernels/linkage/cut_tree.ts";
import { FloatGeometry } from "#kernels/linkage/float_geometry.ts";
import { matrixFreeLinkage } from "#kernels/linkage/matrix_free.ts";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { wasmLinkage } from "#kernels/linkage/wasm.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import { capturesWithLabels, readLabelledPoints } from "./linkage_captures.ts";
import {
  gridPoints,
  linkageVectors,
  readScipyCases,
  samePartition,
  shakenGridPoints,
  speakerPoints,
  structurelessPoints,
  treeDifference,
} from "./linkage_data.ts";
import { replayTree, worstReplayError } from "./linkage_oracle.ts";

/** The compiler is slow beside other work. */
const TIMEOUT_MS = 120_000;

type Linkage = (x: Float64Array, shape: { rows: number; columns: number }) => Promise<Float64Array>;
const implementations: (readonly [name: string, linkage: Linkage])[] = [
  ["scalar", (x, shape) => Promise.resolve(matrixFreeLinkage(x, shape))],
  ["wasm", (x, shape) => wasmLinkage(x, shape)],
];

describe.each(implementations)("matrix-free linkage, %s", (_name, linkage) => {
  test.each(linkageVectors())("gives the matrix form's tree: $name", async ({ name, x, rows, columns }) => {
    const expected = centroidLinkage(x, { rows, columns });
    // Heights reach 447 beside the outlier, where the matrix form itself is 1.1e-13 off the true centroids.
    const found = await linkage(x, { rows, columns });
    expect([name, treeDifference(found, expected) < 1e-12]).toEqual([name, true]);
  });

  describeWith("against SciPy", fixture("reference/centroid_linkage.npz"), (path) => {
    test("gives its trees, and on ties its heights and its clusters", async () => {
      for (const { name, x, z, rows, columns, labels } of await readScipyCases(path)) {
        const tied = name === "ties" || name === "duplicates";
        const found = await linkage(x, { rows, columns });
        if (!tied) expect([name, treeDifference(found, z) < 1e-12]).toEqual([name, true]);
        for (let k = 0; k < rows - 1; k++) {
          expect(Math.abs(found[4 * k + 2] - z[4 * k + 2])).toBeLessThan(1e-12);
        }
        for (const [threshold, expected] of labels) {
          const own = cutTree(found, { leaves: rows, threshold });
          if (tied) expect([name, samePartition(own, expected)]).toEqual([name, true]);
          else expect([...own]).toEqual([...expected]);
        }
      }
    });
  });

  test.each(capturesWithLabels().map((path) => [basename(path), path] as const))(
    "gives pyannote's labels: %s",
    async (_capture, path) => {
      const { x, rows, columns, labels } = await readLabelledPoints(path);
      const z = await linkage(x, { rows, columns });
      expect([...cutTree(z, { leaves: rows, threshold: 0.6 })]).toEqual([...labels]);
      expect(treeDifference(z, centroidLinkage(x, { rows, columns }))).toBeLessThan(1e-12);
    },
    TIMEOUT_MS,
  );

  test("merges one of the closest pairs in every step, however many are tied", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 24 }), fc.integer({ min: 1, max: 3 }), async (
        seed,
        rows,
        columns,
      ) => {
        const { x } = gridPoints(rows, columns, 3, seed);
        const z = await linkage(x, { rows, columns });
        expect(worstReplayError(replayTree(z, x, rows, columns))).toBeLessThan(1e-12);
        expect(treeDifference(z, matrixFreeLinkage(x, { rows, columns }))).toBe(0);
      }),
    );
  });

  test("gives the matrix form's tree on points of any kind and size", async () => {
    const makers = [
      structurelessPoints,
      shakenGridPoints,
      (n: number, d: number, seed: number) => speakerPoints(n, d, { seed, speakers: 3, noise: 0.6 }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...makers),
        fc.integer({ min: 2, max: 70 }),
        fc.integer({ min: 2, max: 40 }),
        fc.nat(),
        async (make, n, d, seed) => {
          const { x, rows, columns } = make(n, d, seed);
          const expected = centroidLinkage(x, { rows, columns });
          expect(treeDifference(await linkage(x, { rows, columns }), expected)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  test("keeps duplicates at height 0 to the last bit, a thousand of them", async () => {
    const { x: point, columns } = structurelessPoints(2, 9);
    const rows = 1000;
    const x = Float64Array.from({ length: rows * columns }, (_, i) => point[i % (2 * columns)]);
    const z = await linkage(x, { rows, columns });
    expect([...z.filter((height, i) => i % 4 === 2 && height !== 0)]).toEqual([z[4 * (rows - 2) + 2]]);
  });

  test("works where squares underflow, and where all points are one", async () => {
    const tiny = Float64Array.of(0, 3e-200, 1e-200);
    expect([...await linkage(tiny, { rows: 3, columns: 1 })].filter((_, i) => i % 4 === 2)).toEqual([0, 0]);
    for (const exponent of [-470, -490, -520, -530, -536]) {
      const { x, rows, columns } = speakerPoints(40, 5);
      const scaled = x.map((value) => value * 2 ** exponent);
      const expected = matrixFreeLinkage(scaled, { rows, columns });
      expect(treeDifference(await linkage(scaled, { rows, columns }), expected)).toBe(0);
    }
    const same = new Float64Array(12).fill(0.1);
    expect([...await linkage(same, { rows: 4, columns: 3 })].filter((_, i) => i % 4 === 2)).toEqual([
      0,
      0,
      0,
    ]);
  });

  test("of one point or none is empty", async () => {
    expect((await linkage(new Float64Array(0), { rows: 0, columns: 3 })).length).toBe(0);
    expect((await linkage(Float64Array.of(1, 2), { rows: 1, columns: 2 })).length).toBe(0);
  });

  test.each([NaN, Infinity, -Infinity])("refuses %d and says where it is", async (bad) => {
    const x = new Float64Array(12);
    x[7] = bad;
    await expect((async () => await linkage(x, { rows: 4, columns: 3 }))()).rejects.toThrow(
      `row 2, column 1 is ${bad}`,
    );
  });

  test("refuses distances that overflow and lengths that do not fit", async () => {
    const far = (async () => await linkage(Float64Array.of(1e200, -1e200), { rows: 2, columns: 1 }))();
    await expect(far).rejects.toThrow("overflows");
    const short = (async () => await linkage(new Float64Array(5), { rows: 2, columns: 3 }))();
    await expect(short).rejects.toThrow("2 x 3 = 6 values, not 5");
  });
});

test("first neighbours are told of every slot but the last, with the second smallest distance", () => {
  const neighbour = new Int32Array(4).fill(-1), bound = new Float64Array(4).fill(-1);
  const second = new Float64Array(4).fill(-1);
  const points = new FloatGeometry(Float64Array.of(0, 5, 1, 3), { rows: 4, columns: 1 });
  points.firstNeighbours(neighbour, bound, second);
  expect([...neighbour]).toEqual([2, 3, 3, -1]);
  expect([...bound]).toEqual([1, 2, 2, -1]);
  expect([...second]).toEqual([3, 4, Infinity, -1]);
});

test("WebAssembly's trees are the scalar's, bit for bit", async () => {
  for (const { x, rows, columns } of linkageVectors()) {
    expect(treeDifference(await wasmLinkage(x, { rows, columns }), matrixFreeLinkage(x, { rows, columns })))
      .toBe(0);
  }
});

describeDamage("damage to simd.as.ts", () => {
  test.each(
    [
      ["the certified error of the bounds", "add(ownError, errorAB)", "sub(ownError, ownError)"],
      ["the certified error of the first neighbours", "* step - error)", "* step)"],
      [
        "the factor of two in |a - b|^2",
        "i32x4.shl(dots, 1));\n    let errorAB",
        "i32x4.shl(dots, 0));\n    let errorAB",
      ],
      ["a sum's lanes", "v128.shuffle<i32>(a, b, 2, 6, 3, 7)", "v128.shuffle<i32>(a, b, 2, 6, 3, 6)"],
      ["the share of a union", ") - p) * share", ") - p) * 0.5"],
      ["the order of tiles", "max(tile, s + 1)", "max(tile, s + 2)"],
    ] as const,
  )("is noticed by the vectors: %s", async (_what, from, to) => {
    const code = await damagedWasm("kernels/linkage/simd.as.ts", [from, to]);
    let noticed = 0;
    for (const { x, rows, columns } of linkageVectors()) {
      const expected = matrixFreeLinkage(x, { rows, columns });
      if (treeDifference(await wasmLinkage(x, { rows, columns }, code), expected) > 1e-12) noticed++;
    }
    expect(noticed).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});
