import { observeKernels } from "#lib/compute/kernel_runs.ts";

/**
 * Which pieces of kernels ran during some work, and how often: "wasm vbx moments" -> 9. A backend that is mistaken for another, or a
 * fast path that is left, shows here and nowhere else, for results are the same.
 */
export async function whatRan(work: () => unknown): Promise<ReadonlyMap<string, number>> {
  const ran = new Map<string, number>();
  using _observing = observeKernels(({ backend, kernel, name }) => {
    const piece = `${backend} ${kernel} ${name}`;
    ran.set(piece, (ran.get(piece) ?? 0) + 1);
  });
  await work();
  return ran;
}
