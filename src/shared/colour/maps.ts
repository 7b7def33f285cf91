import { coolwarm } from './coolwarm';
import { inferno } from './inferno';
import type { ColourTable } from './table';
import { turbo } from './turbo';
import { viridis } from './viridis';

/** Sequential maps on offer. JET is not: its false edges and its dark ends show structure that is not in the numbers. */
export const colourMaps = { inferno, viridis, turbo } satisfies Record<string, ColourTable>;

/** @public What the panel lets one choose from. */
export type ColourMapName = keyof typeof colourMaps;

/** For signed values, centred on 0. */
export const diverging: ColourTable = coolwarm;
