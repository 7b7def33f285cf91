import { createHandlers } from './handlers';
import { nativeLibraries } from './native';
import { serve } from './serve';
import { defaultLimits, Sessions } from './sessions';
import { createWork } from './work';

// The engine process: the only one that loads native code, and only when it is first needed.
const native = nativeLibraries();
const room = { native, sessions: new Sessions(() => native.ort.get(), defaultLimits) };
serve(createHandlers(createWork(room), room));
