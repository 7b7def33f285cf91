import { explainText, withTextQuestion } from '../explain/text/explain-text';
import { bothParts, TextHeads } from '../explain/text/heads';
import { integratedGradients } from '../explain/text/integrated';
import { readTextModel } from '../explain/text/model';
import { questionOf, type QuestionRequest, type TextQuestion } from '../explain/text/question';
import { textStatisticsOf } from '../explain/text/statistics';
import { textTensors } from '../explain/text/tensors';
import { textThumbnailsOf } from '../explain/text/thumbnails';
import type { Runtime } from '../explain/runtime';
import { bytesOf, headStore } from './head-store';
import { sketchHeads, type HeadSketch } from '../shared/head-sketch';
import type { LayerHeads, TextExplanation } from '../shared/text/explanation';
import { averagesOf, outlineOf } from '../shared/text/outline';
import type { Kept } from './kept';
import { ModelFolders } from './model-folders';
import type { EngineMethods, ExplainTextRequest, SessionOptions } from './protocol';
import { inParts, type InTurn, type Turn } from './queue';

type ExplainingText = InTurn<
  Pick<
    EngineMethods,
    | 'openText'
    | 'explainText'
    | 'outlineText'
    | 'textHeads'
    | 'textThumbnails'
    | 'textStatistics'
    | 'integratedGradients'
    | 'textTensors'
  >
>;

/** Questions that stay at hand: what follows a keystroke asks the same several times, of one text or of two that are compared. */
const keptQuestions = 4;

/** A request as the methods of `explain` take it. */
interface Prepared {
  readonly question: TextQuestion;
  readonly runtime: Runtime;
  /** Of all that follows from the request, as the model's files are now. */
  readonly name: string;
}

/** Heads of more bytes do not hold up what is said of their text. */
const alongBytes = 4 * 2 ** 20;

async function alongWith(source: TextHeads, looked: LayerHeads): Promise<HeadSketch | null> {
  if (!source.has(looked) || source.bytes(bothParts(looked)) > 2 * alongBytes) return null;
  return sketchHeads(await source.layer(looked), looked.exact);
}

/** The methods that explain a text. Each is given the whole request; what they have in common is kept as long as there is room. */
export function createExplainingText(kept: Kept, runtimeOf: (options: SessionOptions) => Runtime): ExplainingText {
  const folders = new ModelFolders(readTextModel);
  const questions = new Map<string, TextQuestion>();

  function questionNamed(name: string, asked: QuestionRequest): TextQuestion {
    const question = questions.get(name) ?? questionOf(asked);
    questions.delete(name);
    questions.set(name, question);
    while (questions.size > keptQuestions) questions.delete(questions.keys().next().value!);
    return question;
  }

  async function prepare(request: ExplainTextRequest, { progress }: Turn): Promise<Prepared> {
    const { text, pair, target, maxTokens, onLongText, session } = request;
    progress({ stage: 'Reading the model', fraction: null });
    const { model, identity } = await folders.read(request.model);
    progress({ stage: `Explaining with ${model.name}`, fraction: null });
    const name = JSON.stringify([identity, text, pair, target, maxTokens, onLongText, session]);
    const question = questionNamed(name, { model, text, pair, target, maxTokens, onLongText });
    return { question, runtime: runtimeOf(session), name };
  }

  const withHeads = <Found>(
    { question, runtime, name }: Prepared,
    use: (source: TextHeads, question: TextQuestion) => Promise<Found>,
  ): Promise<Found> =>
    withTextQuestion(runtime, question, (session) =>
      use(new TextHeads(session, question, headStore(kept, name)), question),
    );

  /** Kept, for a panel asks for the averages when relevance is looked at. */
  const explained = ({ question, runtime, name }: Prepared, looked: LayerHeads | null): Promise<TextExplanation> =>
    kept.of(
      `explained ${name}`,
      () => explainText(runtime, question, headStore(kept, name), looked),
      (made) =>
        averagesOf(made).reduce(
          (sum, { relevance, attention }) => sum + bytesOf([{ ...relevance }, { ...attention }]),
          0,
        ),
    );

  return {
    async openText({ model: path, session }) {
      const { model } = await folders.read(path);
      // Sessions are the same for all texts, but of the few models that are opened for one length.
      const any = { text: 'a', pair: null, target: null, maxTokens: null, onLongText: 'truncate' as const };
      return withTextQuestion(runtimeOf(session), questionOf({ model, ...any }), () => Promise.resolve(null));
    },

    explainText: async (params, turn) => explained(await prepare(params, turn), null),

    async outlineText(params, turn) {
      const prepared = await prepare(params, turn);
      const { looked } = params;
      const outline = outlineOf(await explained(prepared, looked));
      return { outline, heads: looked && (await withHeads(prepared, (source) => alongWith(source, looked))) };
    },

    textHeads: async (params, turn) =>
      withHeads(await prepare(params, turn), async (source) => {
        source.check(params);
        return sketchHeads(await source.layer(params), params.exact);
      }),

    textThumbnails: async (params, turn) =>
      withHeads(await prepare(params, turn), (source, question) => {
        source.check({ ...params, layer: 0 });
        return textThumbnailsOf(source, question, params, inParts(turn, 'Looking at every head'));
      }),

    async textStatistics(params, turn) {
      const prepared = await prepare(params, turn);
      // Asked for by the side panel and by the panel; on a large model it takes many runs.
      return kept.of(
        `statistics ${prepared.name}`,
        () =>
          withHeads(prepared, (source, question) =>
            textStatisticsOf(source, question, inParts(turn, 'Measuring every head')),
          ),
        bytesOf,
      );
    },

    async integratedGradients(params, turn) {
      const { question, runtime, name } = await prepare(params, turn);
      return kept.of(
        `integrated ${name}`,
        () => integratedGradients(runtime, question, inParts(turn, 'Integrating gradients')),
        ({ attributions }) => attributions.reduce((sum, a) => sum + (a?.byteLength ?? 0), 0),
      );
    },

    async textTensors(params, turn) {
      const { question, runtime } = await prepare(params, turn);
      return textTensors(runtime, question);
    },
  };
}
