import { setFlagsFromString } from 'node:v8';
import { createHandlers } from './handlers';
import { nativeLibraries } from './native';
import { serve } from './serve';
import { defaultLimits, Sessions } from './sessions';
import { createWork } from './work';

// Tensors are most of what is thrown away, and few objects hold them: at V8's own pace every second keystroke paid 18 ms for a full collection
// (measured). Here garbage may grow to the size of what is kept. No option of the command line: a node that lacks it would not start.
setFlagsFromString('--heap-growing-percent=100');

// The engine process: the only one that loads native code, and only when it is first needed.
const native = nativeLibraries();
const room = { native, sessions: new Sessions(() => native.ort.get(), defaultLimits) };
serve(createHandlers(createWork(room), room));
