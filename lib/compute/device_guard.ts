import { DeviceLostError, GpuMemoryError, GpuValidationError } from "./gpu_errors.ts";

/**
 * Stands between the library and a `GPUDevice`, so that no error is lost and nothing waits for ever. Calls are
 * made inside error scopes (`scope`), whose findings the next `check` throws; promises of the device are
 * awaited through `until`, which rejects as soon as the device is lost.
 */
export class DeviceGuard {
  readonly #device: GPUDevice;
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #open = new Set<Promise<void>>();
  #failures: Error[] = [];
  #lost: DeviceLostError | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    device.lost.then((info) => this.lose(`the device was lost (${info.reason}): ${info.message}`));
    device.addEventListener("uncapturederror", this.#onUncaptured);
  }

  readonly #onUncaptured: EventListener = (event) => {
    event.preventDefault(); // Dawn would print it; here the next check throws it
    this.#failures.push(
      errorFrom("a call outside any error scope", (event as GPUUncapturedErrorEvent).error),
    );
  };

  /** Why the device is gone, or undefined while it lives. */
  get lost(): DeviceLostError | undefined {
    return this.#lost;
  }

  /** Declares the device gone: everything pending rejects now, everything later at once. */
  lose(reason: string): void {
    if (this.#lost) return;
    this.#device.removeEventListener("uncapturederror", this.#onUncaptured);
    this.#lost = new DeviceLostError(`The GPU cannot be used: ${reason}`);
    for (const reject of this.#waiting) reject(this.#lost);
    this.#waiting.clear();
  }

  assertAlive(): void {
    if (this.#lost) throw this.#lost;
  }

  /**
   * The promise's result, or `DeviceLostError` as soon as the device is gone. (`Promise.race` against one
   * long-lived promise would leave a reaction behind per call.)
   */
  until<T>(promise: Promise<T>): Promise<T> {
    if (this.#lost) {
      promise.catch(() => {});
      return Promise.reject(this.#lost);
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      promise.then((value) => {
        this.#waiting.delete(reject);
        resolve(value);
      }, async (error) => {
        // A map or a pipeline of a dying device rejects just before `lost` says why; prefer the why.
        await nextTurn();
        this.#waiting.delete(reject);
        reject(this.#lost ?? error);
      });
    });
  }

  /**
   * Waits until a loss that is under way has been told. A device in its destruction still answers its error scopes, with
   * nothing, so that what was created on it looks sound.
   */
  async assertStillAlive(): Promise<void> {
    await nextTurn();
    this.assertAlive();
  }

  /** Runs `body` inside validation, memory and internal error scopes; what they catch, the next `check` throws. */
  scope<T>(what: string, body: () => T): T {
    this.assertAlive();
    for (const filter of ["internal", "out-of-memory", "validation"] as const) {
      this.#device.pushErrorScope(filter);
    }
    try {
      return body();
    } finally {
      const popped = [0, 1, 2].map(() => this.#device.popErrorScope());
      const found = Promise.all(popped).then((errors) => {
        // Memory first: a buffer that could not be allocated makes every later use invalid as well.
        const error = errors[1] ?? errors[0] ?? errors[2];
        if (error) this.#failures.push(errorFrom(what, error));
      }, () => {}) // A lost device rejects its scopes; `until` tells of that.
        .finally(() => this.#open.delete(found));
      this.#open.add(found);
    }
  }

  /** Waits for every open scope and throws the first thing found since the last check. */
  async check(): Promise<void> {
    while (this.#open.size > 0) await this.until(Promise.all(this.#open));
    this.assertAlive();
    if (this.#failures.length === 0) return;
    const [first] = this.#failures;
    this.#failures = [];
    throw first;
  }
}

/** Gives other promises of the same event a turn before going on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function errorFrom(what: string, error: GPUError): Error {
  // Class names, not instanceof: Dawn's classes are not global.
  const kind = error.constructor.name;
  const message = `${what}: ${error.message}`;
  if (kind === "GPUOutOfMemoryError") return new GpuMemoryError(`Out of GPU memory, ${message}`);
  return new GpuValidationError(`WebGPU refused ${message}`);
}
