import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { median } from "../median.ts";
import { sampleRuns } from "../time_runs.ts";
import { assertClose, largestDifference } from "./check.ts";
import { measureOnDevice } from "./measure_on_device.ts";
import type { KernelCase, Values } from "./kernel_case.ts";
import type { Measurement, PeerFigures } from "./measurement.ts";
import type { PeerAnswer } from "./peers.ts";
import { type KernelSettings, type Target, titleOf } from "./target.ts";

/** How many times ours and the peer's samples take turns. */
const ROUNDS = 2;

/**
 * Checks one problem on every backend, and the peer's answer to it; then times all of them in turns.
 *
 * @throws {RefusedError} before anything is timed, when a result is not the scalar one within its bound.
 */
export async function measureCase(
  problem: KernelCase,
  targets: readonly Target[],
  settings: KernelSettings,
): Promise<Measurement[]> {
  const what = `${problem.kernel} ${problem.title}`;
  const expected = await problem.run(SCALAR);
  const differences = new Map<Target, number>();
  for (const target of targets) {
    const { compute } = target;
    if (compute.backend === "scalar") continue; // the definition itself
    const got = await problem.run(compute);
    const bound = problem.bound(compute.precision);
    differences.set(target, assertClose({ what: `${what} on ${titleOf(compute)}`, got, expected, bound }));
  }

  const seconds = new Map<Target, number[]>(targets.map((target) => [target, []]));
  const answers: PeerAnswer[] = [];
  const peers = settings.peers?.has(problem.peer) ? settings.peers : undefined;
  for (let round = 0; round < (peers ? ROUNDS : 1); round++) {
    for (const target of targets) {
      const run = async (repeats: number) => {
        for (let i = 0; i < repeats; i++) await problem.run(target.compute);
      };
      seconds.get(target)!.push(...await sampleRuns(run, settings.runs));
    }
    if (peers) {
      const answer = await peers.ask(problem.kernel, problem.peer, settings.runs);
      const { bound } = problem.peer;
      assertClose({ what: `${what} by ${answer.name}`, got: answer.result, expected, bound });
      answers.push(answer);
    }
  }
  const peer = answers.length > 0 ? peerFigures(answers, expected) : undefined;

  const measurements: Measurement[] = [];
  for (const target of targets) {
    const { compute: { backend, precision, adapter } } = target;
    const whole = median(seconds.get(target)!);
    const device = backend === "webgpu"
      ? await measureOnDevice(problem, target, { expected, ...settings })
      : undefined;
    const bound = problem.bound(precision);
    measurements.push({
      ...{ kernel: problem.kernel, case: problem.title, shape: problem.shape, backend, precision },
      ...(adapter !== undefined && { adapter }),
      check: { against: "scalar", difference: differences.get(target) ?? 0, bound },
      seconds: whole,
      ...(device && { device }),
      ...(peer && { peer, speedup: peer.seconds / whole }),
      ...(device && peer?.cuda && { deviceSpeedup: peer.cuda.seconds / device.seconds }),
    });
  }
  return measurements;
}

function peerFigures(answers: readonly PeerAnswer[], expected: Values): PeerFigures {
  const [{ name, cuda, result }] = answers;
  return {
    name,
    seconds: median(answers.flatMap((answer) => answer.seconds)),
    difference: largestDifference(result, expected),
    cuda: cuda &&
      { name: cuda.name, seconds: median(answers.flatMap((answer) => answer.cuda?.seconds ?? [])) },
  };
}
