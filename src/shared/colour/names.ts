import type { ColourMapName } from './maps';

/** The sequential maps on offer, without their tables: for whoever only checks a choice. */
export const colourMapNames: readonly ColourMapName[] = ['inferno', 'viridis', 'turbo'];
