import process from "node:process";

/** How a step can be made to end badly. */
const FAULTS = ["lost", "kill", "segfault", "hang", "throw"] as const;

/**
 * For the tests of `bench gpu`: DIALAB_BENCH_FAULT, such as "vbx=lost,pooling=hang", makes the named steps end badly in the middle, behind
 * their first result: the device is destroyed, the process killed or made to break down, it never answers again, it throws.
 */
export class FaultHook {
  readonly #fault: string | undefined;
  readonly #devices: GPUDevice[] = [];

  /** @throws {RangeError} on a fault that there is not */
  constructor(step: string, faults = process.env.DIALAB_BENCH_FAULT ?? "") {
    const pairs = faults.split(",").filter(Boolean).map((pair) => pair.split("="));
    this.#fault = pairs.find(([name]) => name === step)?.[1];
    if (this.#fault !== undefined && !FAULTS.some((fault) => fault === this.#fault)) {
      throw new RangeError(`DIALAB_BENCH_FAULT knows ${FAULTS.join(", ")}, not ${this.#fault}.`);
    }
  }

  /** Tells of a device that was opened. */
  opened(device: GPUDevice): void {
    this.#devices.push(device);
  }

  /** Called behind every result. */
  afterRow(): void {
    if (this.#fault === "lost") { for (const device of this.#devices) device.destroy(); }
    if (this.#fault === "kill") process.kill(process.pid, "SIGKILL");
    // Deno's own handler takes the first for a question about its stack, and lets go then.
    if (this.#fault === "segfault") { for (let i = 0; i < 2; i++) process.kill(process.pid, "SIGSEGV"); }
    if (this.#fault === "throw") throw new TypeError("DIALAB_BENCH_FAULT asked for this");
    if (this.#fault === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}
