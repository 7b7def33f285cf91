import type { ChildProcess, Serializable } from 'node:child_process';
import { ownBuffers } from './own-buffers';
import type { Port } from '../shared/rpc/rpc';

/** The parent's end of a forked child's channel. The child must be forked with `serialization: 'advanced'`. */
export const portToChild = (child: ChildProcess): Port => processPort(child);

/** The child's end. Throws when this process was not forked. */
export function portToParent(): Port {
  if (!process.send) throw new Error('The engine is started by the extension or the command line, not by hand.');
  return processPort(process);
}

interface Channel {
  send?: ChildProcess['send'];
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

function processPort(channel: Channel): Port {
  return {
    post: (message) =>
      new Promise((resolve, reject) => {
        // A value that cannot be cloned throws here and rejects; a closed channel calls back with an error instead of emitting one.
        channel.send?.(message as Serializable, undefined, undefined, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (listener) => void channel.on('message', (message) => listener(ownBuffers(message))),
    onClose: (listener) => void channel.once('disconnect', listener),
  };
}
