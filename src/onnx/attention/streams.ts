import type { Graph, Value } from '../graph/graph';
import type { Sources } from './reach';
import { traceSources } from './reach';
import type { Site } from './site';

/** The stream that an attention's queries come from and the one that it looks at. */
export interface Streams {
  readonly sites: readonly Site[];
  /** Stream number of each site's queries, in order of first appearance. */
  readonly queryStream: readonly number[];
  /** Stream number of each site's keys; equal to the queries' for self-attention; −1 where no attention and no known stream made them. */
  readonly keyStream: readonly number[];
  /** For each stream, the others that its queries are computed from without attending them: a stream of both follows those of words and of patches. */
  readonly joined: readonly ReadonlySet<number>[];
  /** Graph inputs that a stream starts from. */
  readonly inputs: readonly (readonly Value[])[];
}

/**
 * Tells streams (encoder, decoder, vision, text …) apart by what they start from: through residual connections every layer of a
 * stream still depends on the stream's own inputs, and on no others.
 */
export function findStreams(graph: Graph, sites: readonly Site[]): Streams {
  const sources = traceSources(graph, sites);
  const streams: { inputs: bigint; members: bigint }[] = [];
  const queryStream: number[] = [];
  const keyStream: number[] = [];
  sites.forEach((site, i) => {
    const q = sources(site.query);
    const k = sources(site.key);
    const self = isSelf(q, k);
    let stream = streams.findIndex((s) => belongs(s, q, self));
    if (stream < 0 && q.inputs === 0n && q.attentions !== 0n) stream = streamOf(streams, q); // A stage without a residual connection.
    if (stream < 0) stream = streams.push({ inputs: q.inputs, members: 0n }) - 1;
    streams[stream].members |= 1n << BigInt(i);
    queryStream.push(stream);
    keyStream.push(self ? stream : streamOf(streams, k));
  });
  const inputs = streams.map((s) => graph.inputs.filter((_, i) => (s.inputs >> BigInt(i)) & 1n));
  return { sites, queryStream, keyStream, joined: joinedBy(sites, queryStream, sources), inputs };
}

function joinedBy(
  sites: readonly Site[],
  streams: readonly number[],
  sources: (value: Value) => Sources,
): ReadonlySet<number>[] {
  const joined = Array.from({ length: Math.max(-1, ...streams) + 1 }, () => new Set<number>());
  sites.forEach(({ query }, i) => {
    const { attentions } = sources(query);
    streams.forEach((s, j) => s !== streams[i] && (attentions >> BigInt(j)) & 1n && joined[streams[i]].add(s));
  });
  return joined;
}

/** Queries and keys have the same past. Before any attention, keys may have a cache besides. */
function isSelf(q: Sources, k: Sources): boolean {
  if (q.attentions !== k.attentions) return false;
  if (q.attentions !== 0n) return true;
  return q.inputs === 0n ? k.inputs === 0n : (q.inputs & k.inputs) === q.inputs;
}

/** A stream goes on where the inputs are the same; a learned query without inputs goes on only where it has a past in the stream. */
function belongs(stream: { inputs: bigint; members: bigint }, q: Sources, self: boolean): boolean {
  if (stream.inputs !== q.inputs) return false;
  if (q.inputs !== 0n) return true;
  return (stream.members & q.attentions) !== 0n || (self && q.attentions === 0n && stream.members === 0n);
}

function streamOf(streams: readonly { inputs: bigint; members: bigint }[], k: Sources): number {
  const last = streams.findLastIndex((s) => (s.members & k.attentions) !== 0n);
  return last >= 0 ? last : streams.findIndex((s) => s.inputs === k.inputs && k.inputs !== 0n);
}
