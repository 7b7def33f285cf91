import type { FloatTensor, Tensor, TensorMap } from '../../shared/tensor';
import { elementCount, floatTensor } from '../../shared/tensor';
import type { TextExplanation } from '../../shared/text/explanation';
import { allHeads } from '../part-source';
import type { Runtime } from '../runtime';
import { firstOf } from './crop';
import { explanationOf, withTextQuestion } from './explain-text';
import { targetOutputs } from './outputs';
import { completeFeeds, headFeeds, type TextQuestion } from './question';
import { pass, type TextSessionInfo } from './session';

export interface TextTensors {
  readonly explanation: TextExplanation;
  /** Named as TextTensors of src/engine/protocol.ts says. */
  readonly tensors: TensorMap;
}

/** An explanation with every head's attention and gradient, hidden states, embedding gradients, inputs and outputs. */
export async function textTensors(runtime: Runtime, question: TextQuestion): Promise<TextTensors> {
  const start = performance.now();
  return withTextQuestion(runtime, question, async (session) => {
    const { info, cost } = session;
    const before = performance.now();
    const heads = info.facts.attentions.map(() => allHeads);
    const feeds = await completeFeeds(session, question);
    const results = await session.run({ ...feeds, ...headFeeds(heads, true) });
    const ran = performance.now();
    const explained = explanationOf(info, question, results);
    const timings = {
      tokenize: question.tokenizeMs,
      open: cost.build + cost.create,
      run: ran - before,
      total: question.tokenizeMs + performance.now() - start,
    };
    return { explanation: { ...explained, timings }, tensors: tensorsOf(info, question, results) };
  });
}

function tensorsOf({ facts }: TextSessionInfo, question: TextQuestion, results: TensorMap): TensorMap {
  const { model, graph, sequences, feeds } = question;
  const tensors: Record<string, Tensor> = {};
  for (const { name } of graph.inputs) tensors[`input.${name}`] = feeds[name];
  for (const { name, axes, sequence, width } of targetOutputs(graph, model)) {
    const found = results[name] as FloatTensor;
    const tokens = sequence === null ? [] : [sequences[sequence].ids.length];
    tensors[`output.${name}`] = firstOf(found, [
      1,
      ...tokens,
      ...(axes > 1 + tokens.length ? [width ?? found.dims.at(-1)!] : []),
    ]);
  }
  for (const { sites, queries, keys, heads } of graph.groups)
    for (const site of sites) {
      const sizes = [sequences[queries].ids.length, sequences[keys].ids.length];
      const whole = (t: FloatTensor) => firstOf(t, [1, t.dims.at(-3) ?? heads, ...sizes]);
      const attention = whole(results[`attention.${site}`] as FloatTensor);
      const gradient = results[`${pass}.gradient.${site}`] as FloatTensor | undefined;
      tensors[`attention.${site}`] = attention;
      tensors[`gradient.0.${site}`] = gradient ? whole(gradient) : zeros(attention.dims);
    }
  graph.sequences.forEach(({ stack, ids }, s) => {
    const perToken = (t: FloatTensor) => firstOf(t, [1, sequences[s].ids.length, t.dims.at(-1)!]);
    for (let i = 0; i < (facts.hidden.get(stack) ?? 0); i++)
      tensors[facts.hidden.size > 1 ? `hidden.${stack}.${i}` : `hidden.${i}`] = perToken(
        results[`hidden.${stack}.${i}`] as FloatTensor,
      );
    const gradient = results[`${pass}.embedding.${ids}`] as FloatTensor | undefined;
    if (gradient) tensors[`embedding_gradient.0${s > 0 ? '.decoder' : ''}`] = perToken(gradient);
  });
  return Object.fromEntries(Object.entries(tensors).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

const zeros = (dims: readonly number[]): FloatTensor => floatTensor(dims, new Float32Array(elementCount(dims)));
