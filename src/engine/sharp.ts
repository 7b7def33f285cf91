import type sharp from 'sharp';
import { LensError } from '../shared/errors';

/** Loads sharp on first use, not on import: its native code must not be touched by who only reads types or sends messages. */
export async function loadSharp(): Promise<typeof sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new LensError(
      'internal',
      `The image library sharp does not load on ${process.platform}-${process.arch}. Run "npm install" again on this machine.`,
      { cause },
    );
  }
}
