import type { Built, Opened, Runtime } from '../explain/runtime';
import { identifyFile } from './files';
import type { SessionOptions } from './protocol';
import type { TensorMap } from '../shared/tensor';
import type { OpenSession, Sessions } from './sessions';

/** Runs the methods' graphs through the shared sessions. What the maker of a graph knows of it is kept as long as its session. */
export function runtimeOf(sessions: Sessions, options: SessionOptions, known: Map<string, unknown>): Runtime {
  return {
    async withSession<Info, Result>(
      files: readonly string[],
      request: string,
      build: () => Built<Info>,
      use: (session: Opened<Info>) => Promise<Result>,
    ): Promise<Result> {
      const identities = await Promise.all(files.map(identifyFile));
      const name = JSON.stringify([identities, request]);
      const source = () => {
        const { bytes, folder, info } = build();
        known.set(name, info);
        return Promise.resolve({ model: bytes, folder });
      };
      const session = await sessions.open({ files: identities, request }, source, options);
      try {
        const { cost } = session;
        return await use({
          info: known.get(name) as Info,
          cost,
          run: (feeds, outputs) => session.run(those(session, feeds), outputs),
        });
      } finally {
        session.release();
      }
    },
  };
}

/** A graph that nothing asks about an input has dropped it. */
const those = ({ inputs }: OpenSession, feeds: TensorMap): TensorMap =>
  Object.fromEntries(inputs.flatMap(({ name }) => (Object.hasOwn(feeds, name) ? [[name, feeds[name]]] : [])));
