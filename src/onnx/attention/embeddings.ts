import { sameShape } from '../graph/dims';
import type { Graph, Node, Value } from '../graph/graph';
import { isWeight } from './products';

/** The output of a word embedding: [batch, tokens, width], before positions are added. */
export interface WordEmbedding {
  /** The graph input that holds the ids. */
  readonly ids: string;
  readonly value: Value;
  /** Rows of the table; undefined where the file does not tell. */
  readonly vocabulary: number | undefined;
}

/**
 * A Gather from a constant table by a graph input. Positions and token types are gathered too; the words' ids are told by their
 * name, or else by the largest table.
 */
export function findWordEmbeddings(graph: Graph): WordEmbedding[] {
  const all = graph.nodes.flatMap((node) => embeddingOf(graph, node) ?? []);
  const named = all.filter((e) => /input_ids|^ids$|tokens?$/i.test(e.ids));
  if (named.length > 0) return firstPerInput(named);
  const largest = Math.max(...all.map((e) => e.vocabulary ?? 0));
  return firstPerInput(all.filter((e) => (e.vocabulary ?? 0) === largest && !/type|position|mask/i.test(e.ids)));
}

const firstPerInput = (all: readonly WordEmbedding[]): WordEmbedding[] =>
  all.filter((e, i) => all.findIndex((o) => o.ids === e.ids) === i);

/** Operator → the attribute that holds its axis. The second reads a table of 4 or 8 bits that a language model's last product shares. */
const gathers: ReadonlyMap<string, string> = new Map([
  ['Gather', 'axis'],
  ['com.microsoft:GatherBlockQuantized', 'gather_axis'],
]);

function embeddingOf(graph: Graph, node: Node): WordEmbedding | undefined {
  const [table, indices] = node.inputs;
  const out = node.outputs[0];
  const axis = gathers.get(node.type);
  if (!axis || node.int(axis, 0) !== 0 || !table || !indices || !out) return undefined;
  if (table.rank !== 2 || !isWeight(table)) return undefined;
  const ids = inputBehind(indices);
  if (!ids || !graph.inputs.includes(ids)) return undefined;
  const rows = table.shape?.[0];
  return { ids: ids.name, value: floatBehind(out), vocabulary: typeof rows === 'number' ? rows : undefined };
}

const forwards: ReadonlySet<string> = new Set(['Reshape', 'Cast', 'Identity', 'Unsqueeze', 'Squeeze', 'Flatten']);

function inputBehind(indices: Value): Value | undefined {
  let v: Value | undefined = indices;
  while (v?.producer) v = forwards.has(v.producer.type) || cutsNothing(v.producer) ? v.producer.inputs[0] : undefined;
  return v;
}

/** XLM takes the last n of n ids. */
function cutsNothing({ type, inputs, outputs }: Node): boolean {
  const [before, after] = [inputs[0]?.shape, outputs[0]?.shape];
  return type === 'Slice' && before !== undefined && after !== undefined && sameShape(before, after);
}

/** A quantised table is dequantised behind the Gather; the embedding is the float value. */
function floatBehind(value: Value): Value {
  let v = value;
  while (v.dtype !== undefined && v.dtype !== 'float32') {
    const next = [...v.consumers].find((n) => n.inputs[0] === v)?.outputs[0];
    if (!next) return value;
    v = next;
  }
  return v;
}
