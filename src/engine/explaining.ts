import { explainImage } from '../explain/clip/explain-image';
import { HeadSource } from '../explain/clip/head-source';
import { questionOf, type Question, type QuestionRequest } from '../explain/clip/question';
import { withTowers } from '../explain/clip/session';
import { statisticsOf } from '../explain/clip/statistics';
import { thumbnailsOf } from '../explain/clip/thumbnails';
import { readModelFolder } from '../explain/models';
import type { Runtime } from '../explain/runtime';
import { rowsOf } from '../shared/rows';
import { bytesOf, headStore } from './head-store';
import type { Kept } from './kept';
import type { KnownImages } from './known-images';
import { ModelFolders } from './model-folders';
import type { EngineMethods, ExplainRequest, ImageRef, SessionOptions } from './protocol';
import { inParts, type InTurn, type Turn } from './queue';

type Explaining = InTurn<
  Pick<EngineMethods, 'openImage' | 'explainImage' | 'explainRows' | 'heads' | 'thumbnails' | 'statistics'>
>;

/** A request as the methods of `explain` take it. */
interface Prepared {
  readonly asked: QuestionRequest;
  readonly runtime: Runtime;
  /** Of all that follows from the request, as files and prompts are now; null where the image has no identity. */
  readonly name: string | null;
}

/** The methods that explain an image. Each is given the whole request; what they have in common is kept as long as there is room. */
export function createExplaining(
  kept: Kept,
  images: KnownImages,
  runtimeOf: (options: SessionOptions) => Runtime,
): Explaining {
  const folders = new ModelFolders(readModelFolder);

  async function prepare(request: ExplainRequest, { progress }: Turn): Promise<Prepared> {
    const { prompts, logitScale, onLongPrompt, session } = request;
    progress({ stage: 'Reading the image', fraction: null });
    const folder = await folders.read(request.model);
    const identity = await images.identity(request.image);
    const seen = await images.see(request.image, identity, folder);
    progress({ stage: `Explaining with ${folder.model.name}`, fraction: null });
    return {
      asked: { seen, prompts, model: folder.model, logitScale, onLongPrompt },
      runtime: runtimeOf(session),
      name: identity && JSON.stringify([identity, folder.identity, prompts, logitScale, onLongPrompt, session]),
    };
  }

  const explain = ({ asked, runtime }: Prepared, { image }: ExplainRequest, heads: boolean) =>
    explainImage(runtime, { ...asked, path: pathOf(image), heads });

  const withHeads = <Found>(
    { asked, runtime, name }: Prepared,
    use: (source: HeadSource, question: Question) => Promise<Found>,
  ): Promise<Found> =>
    withTowers(runtime, asked.model, (session) => {
      const question = questionOf(session.info, asked);
      return use(new HeadSource(session, question, headStore(kept, name)), question);
    });

  return {
    async openImage({ image, model, session }) {
      const folder = await folders.read(model);
      await images.see(image, await images.identity(image), folder);
      return withTowers(runtimeOf(session), folder.model, () => Promise.resolve(null));
    },

    explainImage: async (params, turn) => explain(await prepare(params, turn), params, params.tensors),

    async explainRows(params, turn) {
      const prepared = await prepare(params, turn);
      // Asked for ahead, while its prompts were written; or gone back to.
      return kept.of(
        prepared.name && `rows ${pathOf(params.image)} ${prepared.name}`,
        async () => rowsOf((await explain(prepared, params, false)).explanation),
        ({ vision, text }) => bytesOf([vision, text]),
      );
    },

    heads: async (params, turn) =>
      withHeads(await prepare(params, turn), (source) => {
        source.check(params);
        return source.layer(params);
      }),

    thumbnails: async (params, turn) =>
      withHeads(await prepare(params, turn), (source, question) => {
        source.check({ ...params, layer: 0 });
        return thumbnailsOf(source, question, params, inParts(turn, 'Looking at every head'));
      }),

    async statistics(params, turn) {
      const prepared = await prepare(params, turn);
      // Asked for by the side panel and by the panel; on a large model it takes many runs.
      return kept.of(
        prepared.name && `statistics ${prepared.name}`,
        () =>
          withHeads(prepared, (source, question) =>
            statisticsOf(source, question, inParts(turn, 'Measuring every head')),
          ),
        (found) => bytesOf(Object.values(found)),
      );
    },
  };
}

const pathOf = (image: ImageRef): string => ('path' in image ? image.path : image.name);
