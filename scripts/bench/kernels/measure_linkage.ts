import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Backend, Precision } from "#lib/compute/compute.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";
import type { PeerJob, Sizes } from "./kernel_case.ts";
import { checkTree } from "./check_tree.ts";
import { unitVectors } from "./made_up.ts";
import type { Measurement } from "./measurement.ts";
import type { PeerAnswer, Peers } from "./peers.ts";
import { type LinkageAnswer, runLinkage, treeDifference } from "./run_linkage.ts";
import { titleOf } from "./target.ts";

/** Some points to cluster. */
export interface LinkageCase {
  readonly rows: number;
  readonly columns: number;
  readonly kind: "speakers" | "diffuse";
  /** Where it would take too long otherwise. @default all */
  readonly backends?: readonly Backend[];
}

const grow = (...rows: number[]) =>
  rows.map((count): LinkageCase => ({ rows: count, columns: 256, kind: "speakers" }));

/** 90 000: the embeddings of a recording of 24 hours. */
export const LINKAGE_CASES: Readonly<Record<Sizes, readonly LinkageCase[]>> = {
  tiny: [{ rows: 60, columns: 8, kind: "speakers" }],
  small: grow(1004),
  default: [...grow(1004, 2000, 5000), { rows: 5000, columns: 256, kind: "diffuse" }],
  large: [
    { rows: 20_000, columns: 256, kind: "speakers", backends: ["wasm", "webgpu"] },
    { rows: 20_000, columns: 256, kind: "diffuse", backends: ["wasm", "webgpu"] },
    { rows: 90_000, columns: 256, kind: "speakers", backends: ["webgpu"] },
  ],
};

export const LINKAGE_PEER: Pick<PeerJob, "modules"> = { modules: ["numpy", "scipy"] };

/** Heights of about 1, of points that have no ties. */
const BOUND = 1e-12;
/** The scalar backend's matrix, and SciPy's: 1.6 GB at 20 000 points, 32 GB at 90 000. */
const MOST_ROWS_OF_MATRIX = 20_000;

/** A backend to be opened by the child. */
export interface LinkageTarget {
  readonly backend: Backend;
  readonly precision: Precision;
  readonly adapter: string | undefined;
  /** What part of its name finds the adapter. */
  readonly adapterAsked: string | undefined;
}

/** Settings of {@linkcode measureLinkage}. */
export interface LinkageSettings {
  readonly runs: number;
  readonly peers: Peers | undefined;
  /** Whether trees are held against the definition (check_tree.ts), which is quicker than a second tree. @default {false} */
  readonly byDefinition?: boolean;
}

/**
 * Clusters made-up points, every backend and the peer in a process of its own. The runs that are timed are those that are checked:
 * against the scalar tree, where its matrix of distances fits (SciPy's, which is the same, beside the peer), else against wasm's.
 *
 * @throws {RefusedError} instead of any figure, when a tree is not the reference's.
 */
export async function measureLinkage(
  { rows, columns, kind, backends }: LinkageCase,
  targets: readonly LinkageTarget[],
  { runs, peers, byDefinition = false }: LinkageSettings,
): Promise<Measurement[]> {
  const wanted = targets.filter(({ backend }) => backends?.includes(backend) ?? true);
  if (wanted.length === 0) return [];
  const points = { x: unitVectors(rows, columns, { kind }), rows, columns };
  const answers = new Map<LinkageTarget, LinkageAnswer & { tree: Float64Array }>();
  for (const target of wanted) {
    const { backend, adapterAsked: adapter } = target;
    const precision = backend === "webgpu" ? target.precision : undefined;
    answers.set(target, await runLinkage(points, { backend, adapter, precision, runs }));
  }
  const fits = rows <= MOST_ROWS_OF_MATRIX;
  const peer = fits && peers?.has(LINKAGE_PEER)
    ? await peers.ask("linkage", {
      ...{ ...LINKAGE_PEER, options: {} },
      arrays: () => ({ x: ndArray("f8", [rows, columns], points.x) }),
    }, runs)
    : undefined;
  const own = wanted.find(({ backend }) => backend === (fits ? "scalar" : "wasm"));
  const reference = byDefinition
    ? { against: "the definition", tree: undefined }
    : own
    ? { against: own.backend, tree: answers.get(own)!.tree }
    : peer
    ? { against: peer.name, tree: peer.result as Float64Array }
    : fits
    ? { against: "scalar", tree: (await runLinkage(points, { backend: "scalar", runs: 1 })).tree }
    : { against: "wasm", tree: (await runLinkage(points, { backend: "wasm", runs: 1 })).tree };
  const title = kind === "speakers" ? `${rows}` : `${rows} ${kind}`;
  const check = (what: string, tree: Float64Array) => {
    if (reference.tree === undefined) {
      return checkTree(points, tree, { what: `linkage ${title} ${what}`, bound: BOUND });
    }
    const difference = treeDifference(tree, reference.tree);
    if (difference <= BOUND) return difference;
    throw new RefusedError(
      Number.isFinite(difference)
        ? `linkage ${title} ${what}: heights are off by ${
          difference.toExponential(2)
        } from ${reference.against}.`
        : `linkage ${title} ${what}: other merges than ${reference.against}.`,
    );
  };
  const peerDifference = peer && check(`by ${peer.name}`, peer.result as Float64Array);

  return wanted.map((target) => {
    const { backend, precision, adapter } = target;
    const answer = answers.get(target)!;
    const difference = check(`on ${titleOf(target)}`, answer.tree);
    const seconds = median(answer.seconds);
    return {
      ...{ kernel: "linkage", case: title, shape: { rows, columns, kind }, backend, precision },
      ...(adapter !== undefined && { adapter }),
      check: { against: reference.against, difference, bound: BOUND },
      ...{ seconds, samples: answer.seconds },
      ...(peer && peerColumns(peer, { seconds, difference: peerDifference! })),
      peakBytes: answer.peakBytes,
    };
  });
}

function peerColumns(
  { name, seconds, peakBytes }: PeerAnswer,
  own: { seconds: number; difference: number },
): Pick<Measurement, "peer" | "speedup"> {
  const peerSeconds = median(seconds);
  return {
    peer: { name, seconds: peerSeconds, samples: seconds, difference: own.difference, peakBytes, cuda: null },
    speedup: peerSeconds / own.seconds,
  };
}
