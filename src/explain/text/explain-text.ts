import type {
  AttentionGroup,
  LayerOfGroup,
  TextExplanation,
  TextModelInfo,
  TokenSequence,
} from '../../shared/text/explanation';
import type { GradientChoice } from '../../shared/heads-data';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { elementCount, floatTensor } from '../../shared/tensor';
import { isCausal } from '../causal';
import { nanWarnings } from '../finite';
import type { Runtime } from '../runtime';
import { firstOf } from './crop';
import type { GroupSites, Sequence } from './graph';
import { alone, type HeadStore } from '../part-source';
import { GroupParts, type TextPart } from './heads';
import { hiddenStates } from './hidden';
import { completeFeeds, type TextQuestion } from './question';
import { readOutOf } from './read-out';
import { saliencyOf } from './saliency';
import type { TextSession, TextSessionInfo } from './session';
import { pass, withTextSession } from './session';
import { offersOf, resolvedTarget } from './target-words';
import { readsPairs, type ReadSequence } from './tokens';

type LookedLayer = LayerOfGroup & GradientChoice;

/** Bytes of single heads that a run gives beside what it is for: all of a text of 200 tokens in the bundled model, or one layer of 500. */
const heldBeside = 32 * 2 ** 20;

/**
 * Saliencies, attentions, relevance and hidden states of a text, in one run.
 *
 * @param store keeps single heads: those of a short text come from the same run, since most views want them next
 * @param looked where somebody looks at one layer and may write on: of the single heads, only its own are taken along
 */
export async function explainText(
  runtime: Runtime,
  question: TextQuestion,
  store?: HeadStore,
  looked: LookedLayer | null = null,
): Promise<TextExplanation> {
  const start = performance.now();
  return withTextQuestion(runtime, question, async (session) => {
    const { info, cost } = session;
    const before = performance.now();
    const feeds = await completeFeeds(session, question);
    const parts = new GroupParts(session, question);
    const heads = store ? fitting(parts, wantedOf(parts, looked), Math.min(store.room, heldBeside)) : [];
    const wanted = [...info.reduced, ...parts.outputs(heads)];
    const results = await session.run({ ...feeds, ...parts.feeds(heads) }, wanted);
    const ran = performance.now();
    const explained = explanationOf(info, question, results);
    for (const part of heads) store?.set(parts.nameOf(part), alone(parts.read(part, results)));
    return {
      ...explained,
      timings: {
        tokenize: question.tokenizeMs,
        open: cost.build + cost.create,
        run: ran - before,
        total: question.tokenizeMs + performance.now() - start,
      },
    };
  });
}

/** None, where another model has no such layer. */
const wantedOf = (parts: GroupParts, looked: LookedLayer | null): TextPart[] =>
  parts
    .everything()
    .filter(
      ({ group, layer, what }) =>
        !looked || (group === looked.group && layer === looked.layer && (looked.gradient || what === 'attention')),
    );

/** All of them, or none where they do not fit. */
const fitting = (parts: GroupParts, wanted: readonly TextPart[], bytes: number): readonly TextPart[] =>
  wanted.reduce((sum, part) => sum + parts.bytesOf(part), 0) <= bytes ? wanted : [];

/** The session that answers a question. */
export const withTextQuestion = <Result>(
  runtime: Runtime,
  { model, graph, plan, feeds }: TextQuestion,
  use: (session: TextSession) => Promise<Result>,
): Promise<Result> => withTextSession(runtime, model, graph, plan, feeds, use);

/** What one run says, without how long it took. */
export function explanationOf(
  info: TextSessionInfo,
  question: TextQuestion,
  results: TensorMap,
): Omit<TextExplanation, 'timings'> {
  const { graph, sequences, request } = question;
  const { text, pair } = request;
  return {
    model: modelInfo(question, info.quantised),
    texts: pair === null ? [text] : [text, pair],
    sequences: graph.sequences.map((sequence, i) => sequenceOf(sequence, i, info, question, results)),
    attentions: graph.groups.map((group) => groupOf(group, sequences, results)),
    target: resolvedTarget(question, results),
    targets: offersOf(question, results),
    warnings: [...info.facts.warnings, ...warningsOf(question), ...nanWarnings(told(question, results))],
  };
}

/** What is looked through for NaN. */
const told = ({ graph }: TextQuestion, results: TensorMap): Partial<TensorMap> =>
  Object.fromEntries([
    ...graph.sequences.map(({ name, ids }) => [`the ${name}’s saliency`, results[`${pass}.embedding.${ids}`]]),
    ...graph.groups.flatMap(({ name, sites }) =>
      sites.map((site, i) => [`the ${name}-attention of layer ${i}`, results[`mean.${site}`]]),
    ),
  ]);

function modelInfo({ model, graph }: TextQuestion, quantised: boolean): TextModelInfo {
  const { name, path, about, config, maxTokens } = model;
  return {
    ...{ name, path, about, quantised },
    type: config.model_type ?? 'unknown',
    maxTokens: Number.isFinite(maxTokens) ? maxTokens : null,
    pairs: readsPairs(model, graph),
  };
}

function sequenceOf(
  { name, ids, stack }: Sequence,
  index: number,
  { facts }: TextSessionInfo,
  question: TextQuestion,
  results: TensorMap,
): TokenSequence {
  const { tokens, words, cut } = question.sequences[index];
  const perToken = (result: string): FloatTensor | null => {
    const found = results[result] as FloatTensor | undefined;
    // Where only the row that is read was exported of the last layer, there is no state of every token.
    return found && found.dims.at(-2)! >= tokens.length ? firstOf(found, [tokens.length, found.dims.at(-1)!]) : null;
  };
  const gradient = perToken(`${pass}.embedding.${ids}`);
  const embedding = perToken(`embedding.${ids}`);
  const states = Array.from({ length: facts.hidden.get(stack) ?? 0 }, (_, i) => perToken(`hidden.${stack}.${i}`));
  return {
    ...{ name, tokens, words, cut },
    readOut: readOutOf(question, index),
    saliency: gradient && embedding && saliencyOf(gradient, embedding),
    hidden: states.length > 0 && states.every((state) => state !== null) ? hiddenStates(states) : null,
  };
}

function groupOf(
  { name, queries, keys, heads, sites }: GroupSites,
  sequences: readonly ReadSequence[],
  results: TensorMap,
): AttentionGroup {
  const sizes = [sequences[queries].ids.length, sequences[keys].ids.length];
  const matrix = (result: string): FloatTensor => {
    const found = results[result] as FloatTensor | undefined;
    return found ? firstOf(found, sizes) : floatTensor(sizes, new Float32Array(elementCount(sizes)));
  };
  const attention = sites.map((site) => matrix(`mean.${site}`));
  return {
    ...{ name, queries, keys, heads, attention },
    layers: sites.length,
    causal: name !== 'cross' && isCausal(floatTensor([1, 1, ...sizes], attention[0].data)),
    relevance: sites.map((site) => matrix(`${pass}.relevance.${site}`)),
  };
}

function warningsOf({ plan, model, sequences }: TextQuestion): string[] {
  const masks = plan.output.role === 'words' && plan.kind === 'sum' && model.tokenizer.maskId !== null;
  const mask = masks ? model.tokenizer.special.get(model.tokenizer.maskId!) : undefined;
  return [
    ...(mask
      ? [`The sum of all logits says little. Write ${mask} in place of a word to see what the model fills in.`]
      : []),
    ...sequences.flatMap(({ cut, name }) =>
      cut
        ? [
            `${name === 'text' ? 'The text' : `The ${name}’s text`} has ${cut.of} tokens, of which the model reads ${cut.kept}; the rest was cut.`,
          ]
        : [],
    ),
  ];
}
