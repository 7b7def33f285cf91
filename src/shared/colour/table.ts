/** 256 colours from the low end to the high one, [256, 3], RGB of 0–255. */
export type ColourTable = Uint8Array;

/** base64 of the 768 bytes. `atob` is in browsers and in Node. */
export const decodeTable = (base64: string): ColourTable => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The colour at t in [0, 1], between the two nearest entries; t outside (or NaN) is taken to the nearer end (or 0). */
export function colourAt(table: ColourTable, t: number): [number, number, number] {
  const x = 255 * Math.min(1, Math.max(0, t || 0));
  const i = Math.min(254, Math.floor(x));
  const mix = (c: number): number => table[3 * i + c]! + (x - i) * (table[3 * i + 3 + c]! - table[3 * i + c]!);
  return [mix(0), mix(1), mix(2)];
}
