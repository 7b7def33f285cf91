import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type * as EngineWork from './child';
import { loadCompiled } from './compiled';

// The engine process begins here. V8's options come first: what was compiled under others is not taken.

// Tensors are most of what is thrown away, and few objects hold them: at V8's own pace every second keystroke paid 18 ms for a full collection
// (measured). Here garbage may grow to the size of what is kept. No option of the command line: a node that lacks it would not start.
setFlagsFromString('--heap-growing-percent=100');

const [, , codeFolder = null] = process.argv;
const { exports, keep } = loadCompiled<typeof EngineWork>(join(__dirname, 'engine-work.cjs'), codeFolder);
exports.startEngine(keep);
