/** The byte order of typed arrays on this machine; every machine Bun and Deno run on today is little endian. */
export const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
