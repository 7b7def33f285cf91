import * as v from 'valibot';
import type { Schemas } from '../shared/rpc/rpc';
import type { EngineEvents } from './protocol';

/** What the client accepts unasked. Apart from what the child accepts, which the client's side need not load. */
export const engineEvents: Schemas<EngineEvents> = {
  ready: v.object({ pid: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
};
