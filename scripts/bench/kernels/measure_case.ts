import type { Precision } from "#lib/compute/compute.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { median } from "../median.ts";
import { sampleRuns } from "../time_runs.ts";
import { assertClose, largestDifference } from "./check.ts";
import { measureOnDevice } from "./measure_on_device.ts";
import type { KernelCase, Values } from "./kernel_case.ts";
import type { Measurement, PeerFigures } from "./measurement.ts";
import type { PeerAnswer } from "./peers.ts";
import { type KernelSettings, type Target, titleOf } from "./target.ts";

/** How many times ours and the peer's samples take turns, unless the settings say. */
const ROUNDS = 2;

/**
 * Checks one problem on every backend, and the peer's answer to it; then times all of them in turns.
 *
 * @throws {RefusedError} before anything is timed, when a result is not that of the reference within its bound.
 */
export async function measureCase(
  problem: KernelCase,
  targets: readonly Target[],
  settings: KernelSettings,
): Promise<Measurement[]> {
  const what = `${problem.kernel} ${problem.title}`;
  const { reference = SCALAR, rounds = ROUNDS } = settings;
  const expected = await problem.run(reference);
  const against = `the ${reference.backend} result`;
  // What is held against another backend than the definition may be off by the errors of both.
  const boundFor = (precision: Precision) =>
    problem.bound(precision) + (reference.backend === "scalar" ? 0 : problem.bound(reference.precision));
  const differences = new Map<Target, number>();
  for (const target of targets) {
    const { compute } = target;
    if (compute.backend === reference.backend) continue; // the reference itself
    const got = await problem.run(compute);
    const bound = boundFor(compute.precision);
    const check = { what: `${what} on ${titleOf(compute)}`, got, expected, against, bound };
    differences.set(target, assertClose(check));
  }

  const seconds = new Map<Target, number[]>(targets.map((target) => [target, []]));
  const answers: PeerAnswer[] = [];
  const peers = settings.peers?.has(problem.peer) ? settings.peers : undefined;
  for (let round = 0; round < (peers ? rounds : 1); round++) {
    for (const target of targets) {
      const run = async (repeats: number) => {
        for (let i = 0; i < repeats; i++) await problem.run(target.compute);
      };
      seconds.get(target)!.push(...await sampleRuns(run, settings.runs));
    }
    if (peers) {
      const answer = await peers.ask(problem.kernel, problem.peer, settings.runs);
      const { bound } = problem.peer;
      assertClose({ what: `${what} by ${answer.name}`, got: answer.result, expected, against, bound });
      answers.push(answer);
    }
  }
  const peer = answers.length > 0 ? peerFigures(answers, expected) : undefined;

  const measurements: Measurement[] = [];
  for (const target of targets) {
    const { compute: { backend, precision, adapter } } = target;
    const samples = seconds.get(target)!;
    const whole = median(samples);
    const bound = boundFor(precision);
    const device = backend === "webgpu"
      ? await measureOnDevice(problem, target, { ...settings, expected, bound })
      : undefined;
    measurements.push({
      ...{ kernel: problem.kernel, case: problem.title, shape: problem.shape, backend, precision },
      ...(adapter !== undefined && { adapter }),
      check: { against: reference.backend, difference: differences.get(target) ?? 0, bound },
      ...{ seconds: whole, samples },
      ...(device && { device }),
      ...(peer && { peer, speedup: peer.seconds / whole }),
      ...(device && peer?.cuda && { deviceSpeedup: peer.cuda.seconds / device.seconds }),
    });
  }
  return measurements;
}

function peerFigures(answers: readonly PeerAnswer[], expected: Values): PeerFigures {
  const [{ name, cuda, result }] = answers;
  const samples = answers.flatMap((answer) => answer.seconds);
  const onCuda = answers.flatMap((answer) => answer.cuda?.seconds ?? []);
  return {
    ...{ name, seconds: median(samples), samples },
    difference: largestDifference(result, expected),
    cuda: cuda && { name: cuda.name, seconds: median(onCuda), samples: onCuda },
  };
}
