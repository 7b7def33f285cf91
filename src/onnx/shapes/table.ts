import { attentionShapes } from './attention';
import { constantShapes } from './constants';
import { contribShapes } from './contrib';
import { convShapes } from './conv';
import { elementwiseShapes } from './elementwise';
import { gatherShapes } from './gather';
import type { ShapeRule } from './rule';
import { matmulShapes } from './matmul';
import { normalizationShapes } from './normalization';
import { partsShapes } from './parts';
import { poolShapes } from './pool';
import { quantiseShapes } from './quantise';
import { recurrentShapes } from './recurrent';
import { reduceShapes } from './reduce';
import { reshapeShapes } from './reshape';
import { resizeShapes } from './resize';
import { sliceShapes } from './slice';

/** Operator type → rule. */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map(
  Object.entries({
    ...elementwiseShapes,
    ...reduceShapes,
    ...reshapeShapes,
    ...gatherShapes,
    ...sliceShapes,
    ...partsShapes,
    ...constantShapes,
    ...matmulShapes,
    ...convShapes,
    ...poolShapes,
    ...resizeShapes,
    ...normalizationShapes,
    ...quantiseShapes,
    ...recurrentShapes,
    ...attentionShapes,
    ...contribShapes,
  }),
);
