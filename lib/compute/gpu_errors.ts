/** No adapter could be had; the message names the cure. */
export class NoAdapterError extends Error {
  override readonly name = "NoAdapterError";
}

/** The device is gone (driver reset, `destroy`, or the context was closed); every pending and later call gets it. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
}

/** The device could not allocate; the message says what for and how much. */
export class GpuMemoryError extends Error {
  override readonly name = "GpuMemoryError";
}

/** WebGPU refused a call: a mistake in a kernel or in its use. Carries the implementation's own words. */
export class GpuValidationError extends Error {
  override readonly name = "GpuValidationError";
}

/** A shader does not compile; the message quotes the lines. */
export class ShaderError extends Error {
  override readonly name = "ShaderError";
}

/** The error-free transforms are not exact on this device, so it does not get df64. */
export class SelfTestError extends Error {
  override readonly name = "SelfTestError";
}
