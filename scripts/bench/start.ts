// A case's process begins as the engine's does (src/engine/start.ts): with code that V8 compiled in an earlier one.
import { join } from 'node:path';
import { loadCompiled } from '../../src/engine/compiled';
import type * as Case from './case';
import type { CaseRequest } from './case';

const { layers } = JSON.parse(process.argv[2]) as CaseRequest;
// A plain run compiles nothing of ours.
const folder = layers === 'plain' ? null : join(__dirname, 'code');
const { exports, keep } = loadCompiled<typeof Case>(join(__dirname, 'case.cjs'), folder);
void exports.done.then(keep);
