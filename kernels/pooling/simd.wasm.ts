// Made from simd.as.ts by scripts/build_wasm.ts; tests/kernels/wasm_build.test.ts makes it again and compares.
import type { WasmCode } from "#lib/compute/wasm_code.ts";

export const code: WasmCode = {
  sources: [
    {
      path: "kernels/pooling/simd.as.ts",
      sha256: "5265b99a2524d13cc3fd7d627f679c71eb45bdbf1858d6c1662fd05f0592946f",
    },
  ],
  base64:
    "AGFzbQEAAAABCgFgBn9/f398fwADAgEABQMBAAAHEQIEcG9vbAAABm1lbW9yeQIACukCAeYCAwV/AnsDfANAIAIgBkoEQCANIAMgBkEDdGorAwAiD6AhDSAOIA8gD6KgIQ4gBkEBaiEGDAELCyANIASgIg0gDiANo6EgBKAhBCACQQJ0IQgDQCABIAdKBEAgACAHIAhsaiEJ/QwAAAAAAAAAAAAAAAAAAAAAIQtBACEGA0AgAiAGSgRAIAsgAyAGQQN0av0KAwAgCSAGQQJ0aiIKIAhqIAr9XAIA/VYCAAH9X/3yAf3wASELIAZBAWohBgwBCwsgCyAN/RT98wEhDP0MAAAAAAAAAAAAAAAAAAAAACELQQAhBgNAIAIgBkoEQCALIAMgBkEDdGr9CgMAIAkgBkECdGoiCiAIaiAK/VwCAP1WAgAB/V8gDP3xASILIAv98gH98gH98AEhCyAGQQFqIQYMAQsLIAUgB0EDdGoiBiAM/QsEACAGIAFBA3RqIAsgBP0U/fMB/e8B/QsEACAHQQJqIQcMAQsLCw==",
};
