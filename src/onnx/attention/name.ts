import type { Graph, Value } from '../graph/graph';
import { findWordEmbeddings } from './embeddings';
import { findSites } from './find';
import { masksTheFuture } from './future';
import { inModelOrder } from './order';
import type { Attention, AttentionKind, Site } from './site';
import type { Streams } from './streams';
import { findStreams } from './streams';

/**
 * All attentions with stack, layer and kind. Stacks: vision, text, encoder, decoder; a learned query that pools a tower is
 * `vision-pooling`; two stacks that attend each other (LXMERT) are `text-from-vision`, and what follows is `text-cross`.
 */
export function findAttentions(graph: Graph): Attention[] {
  const found = findStreams(graph, findSites(graph));
  const streams = inModelOrder(found);
  const { sites } = streams;
  const looks = (from: number, to: number) =>
    sites.some((_, i) => streams.queryStream[i] === from && streams.keyStream[i] === to);
  const names = nameStreams(graph, streams, looks);
  const counters = new Map<string, number>();
  const crossed = new Set<number>();

  return sites.map((site, index) => {
    const from = streams.queryStream[index];
    const to = streams.keyStream[index];
    const kind: AttentionKind = from === to ? 'self' : to >= 0 && looks(to, from) ? 'co' : 'cross';
    if (kind === 'co') crossed.add(from);
    const stack =
      kind === 'co' ? `${names[from]}-from-${names[to]}` : crossed.has(from) ? `${names[from]}-cross` : names[from];
    const counter = `${stack} ${kind}`;
    const layer = counters.get(counter) ?? 0;
    counters.set(counter, layer + 1);
    return { ...site, index, stack, layer, kind };
  });
}

type Looks = (from: number, to: number) => boolean;

function nameStreams(graph: Graph, streams: Streams, looks: Looks): string[] {
  const names: string[] = [];
  const count = streams.inputs.length;
  for (let s = 0; s < count; s++) names.push(unique(names, nameOf(s, streams, looks, names)));
  // The stream that runs last writes the words; one that reads patches among them was called an encoder.
  const last = streams.queryStream.at(-1) ?? -1;
  if (/^(text|encoder)$/.test(names[last] ?? '') && !names.includes('decoder') && isLanguageModel(graph))
    names[last] = 'decoder';
  return names;
}

function nameOf(s: number, streams: Streams, looks: Looks, names: readonly string[]): string {
  const others = streams.inputs.map((_, i) => i).filter((i) => i !== s);
  const own = streams.sites.filter((_, i) => streams.queryStream[i] === s);
  const hasSelf = looks(s, s);
  // A learned query that only looks: SigLIP's pooling head.
  const pooled = streams.keyStream[streams.sites.indexOf(own[0])];
  if (streams.inputs[s].length === 0 && !hasSelf && pooled >= 0 && pooled < names.length)
    return `${names[pooled]}-pooling`;
  if (others.some((o) => looks(s, o) && !looks(o, s))) return 'decoder';
  if (others.some((o) => looks(o, s) && !looks(s, o) && looks(o, o))) return 'encoder';
  if (hasCrossToNowhere(s, streams)) return 'decoder';
  return nameByInputs(streams.inputs[s]);
}

/** Decoder-only (GPT): logits over the vocabulary and a causal mask, or a cache of keys and values. */
function isLanguageModel(graph: Graph): boolean {
  if (graph.inputs.some((v) => /past|cache/i.test(v.name))) return true;
  const vocabulary = findWordEmbeddings(graph)[0]?.vocabulary;
  const scoresWords = graph.outputs.some((v) => v.rank === 3 && v.shape?.[2] === vocabulary);
  return scoresWords && graph.nodes.some(masksTheFuture);
}

/** Cross-attention to states that the caller feeds (`encoder_hidden_states`). */
const hasCrossToNowhere = (s: number, streams: Streams): boolean =>
  looksNowhere(streams).some((i) => streams.queryStream[i] === s) && streams.inputs[s].length > 0;

const looksNowhere = (streams: Streams): number[] =>
  streams.sites.flatMap((_: Site, i) => (streams.keyStream[i] < 0 ? [i] : []));

const isIds = (v: Value): boolean => v.dtype === 'int64' || v.dtype === 'int32';

function nameByInputs(inputs: readonly Value[]): string {
  if (inputs.length === 0) return 'decoder'; // Learned queries.
  const ids = inputs.some(isIds);
  const floats = inputs.filter((v) => !isIds(v) && v.dtype !== 'bool');
  if (ids && floats.some((v) => v.rank === 4 || /pixel|image/i.test(v.name))) return 'encoder'; // one stream of words and patches
  if (ids || floats.length === 0 || floats.every((v) => /embeds|hidden/i.test(v.name) && !/image/i.test(v.name)))
    return 'text';
  return floats.some(
    (v) =>
      /audio|feature|wave|speech|spectr|mel|input_values/i.test(v.name) &&
      (v.rank ?? 3) < 4 &&
      !/visual|image/i.test(v.name),
  )
    ? 'audio'
    : 'vision';
}

function unique(taken: readonly string[], name: string): string {
  if (!taken.includes(name)) return name;
  let n = 2;
  while (taken.includes(`${name}${n}`)) n++;
  return `${name}${n}`;
}
