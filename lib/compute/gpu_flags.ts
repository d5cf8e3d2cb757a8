/**
 * The numbers behind `GPUBufferUsage` and `GPUMapMode` (WebGPU, sections 5.2 and 5.3). Deno has them as globals;
 * Dawn's npm package keeps them to itself, and setting globals is not a library's business.
 */
export const bufferUsage = {
  mapRead: 0x0001,
  copySrc: 0x0004,
  copyDst: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  indirect: 0x0100,
  queryResolve: 0x0200,
} as const;

/** `GPUMapMode.READ`. */
export const mapModeRead = 0x0001;

/** `GPUShaderStage.COMPUTE`. */
export const computeStage = 0x4;
