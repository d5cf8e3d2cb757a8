import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { median } from "../median.ts";
import { sampleRuns } from "../time_runs.ts";
import { assertClose } from "./check.ts";
import type { KernelCase, Values } from "./kernel_case.ts";
import type { DeviceFigures, PartFigures } from "./measurement.ts";
import { rooflineOf } from "./roofline_of.ts";
import type { KernelSettings, Target } from "./target.ts";

/** Runs under the device's clock: enough for its steps (0.1 ms where a browser's rules hold) to even out. */
const CLOCKED_RUNS = 50;

/**
 * Times a kernel whose data is on the device already: no transfers, many runs to a submission.
 *
 * @throws {RefusedError} before anything is timed, when the device's result is not the expected one within the bound.
 */
export async function measureOnDevice(
  problem: KernelCase,
  { compute, profiled, ceilings }: Target,
  { expected, bound, runs, profile }: KernelSettings & {
    readonly expected: Values;
    readonly bound: number;
  },
): Promise<DeviceFigures> {
  const what = `${problem.kernel} ${problem.title} from buffer to buffer`;
  using device = await problem.onDevice(compute);
  await device.run(1);
  const difference = assertClose({ what, got: await device.result(), expected, bound });
  const wallSamples = await sampleRuns((repeats) => device.run(repeats), runs);
  const wallSeconds = median(wallSamples);

  let seconds = wallSeconds;
  let parts: PartFigures[] | undefined;
  if (profiled?.gpu && (profile || profiled.gpu.timesOnDevice)) {
    using timed = await problem.onDevice(profiled);
    await timed.run(1);
    const repeats = Math.max(1, Math.min(CLOCKED_RUNS, Math.ceil(1 / wallSeconds)));
    parts = await timesOf(profiled.gpu, repeats, () => timed.run(repeats));
    if (profiled.gpu.timesOnDevice) seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  }
  return {
    seconds,
    clock: profiled?.gpu?.timesOnDevice ? "device" : "wall",
    ...{ wallSeconds, wallSamples },
    difference,
    ...(ceilings && { roofline: rooflineOf(problem.work(compute.precision), seconds, ceilings) }),
    ...(profile && parts && { parts }),
  };
}

/** What the context's clock adds during some repeats, per repeat. */
async function timesOf(gpu: GpuContext, repeats: number, run: () => Promise<void>): Promise<PartFigures[]> {
  const before = new Map(gpu.times().map((time) => [time.label, time]));
  await run();
  return gpu.times().flatMap((time) => {
    const earlier = before.get(time.label);
    const dispatches = time.dispatches - (earlier?.dispatches ?? 0);
    const seconds = (time.totalMs - (earlier?.totalMs ?? 0)) / 1000 / repeats;
    return dispatches === 0 ? [] : [{ label: time.label, dispatches: dispatches / repeats, seconds }];
  });
}
