import type { Attention } from '../../onnx/attention/site';
import { findAttentions } from '../../onnx/attention/name';
import { unreadWarnings } from '../../onnx/attention/unread';
import { findWordEmbeddings } from '../../onnx/attention/embeddings';
import type { OpenModel, OpenOptions } from '../../onnx/open';
import { openModelFile } from '../../onnx/open';
import { attentionInfo } from '../../onnx/trace';
import type { Value } from '../../onnx/graph/graph';
import { UnsupportedModel } from '../../shared/errors';
import type { AttentionGroup } from '../../shared/text/explanation';
import { openEncoderDecoder } from './encoder-decoder';
import type { TextModel } from './model';

/** What a model's graph is, before anything is asked of it. */
export interface TextGraph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** 'text', or 'encoder' and 'decoder': stacks with tokens of their own. */
  readonly sequences: readonly Sequence[];
  readonly groups: readonly GroupSites[];
  /** Of the word embedding's table; undefined where the file does not tell. */
  readonly vocabulary: number | undefined;
  /** Predicts the next token. */
  readonly generates: boolean;
}

/** An input or output of the file. A size that is a number is fixed by it. */
export type Port = Readonly<Pick<Value, 'name' | 'dtype' | 'shape'>>;

export interface Sequence {
  readonly name: 'text' | 'encoder' | 'decoder';
  /** Name of its input of token ids. */
  readonly ids: string;
  /** As attentions and hidden states call it. */
  readonly stack: string;
  /** Tokens that the file insists on. */
  readonly fixed: number | undefined;
}

/** Which attentions of a graph make up a group. */
export interface GroupSites extends Pick<AttentionGroup, 'name' | 'queries' | 'keys' | 'heads'> {
  /** Indices of the attentions, first layer to last. */
  readonly sites: readonly number[];
}

const known = new WeakMap<TextModel, TextGraph>();

/** @throws BadFile, UnsupportedModel for a file that cannot be read, has no attention or no token ids */
export function textGraph(model: TextModel): TextGraph {
  const found = known.get(model) ?? inspect(openTextModel(model), model);
  known.set(model, found);
  return found;
}

/** The graph, without the branch that reads a cache. */
export function openTextModel({ graphs: [file, decoder] }: TextModel, given: OpenOptions = {}): OpenModel {
  const options = { conditions: { use_cache_branch: false }, ...given };
  return decoder === undefined ? openModelFile(file, options) : openEncoderDecoder(file, decoder, options);
}

function inspect({ graph, outputs }: OpenModel, model: TextModel): TextGraph {
  const attentions = findAttentions(graph);
  if (attentions.length === 0)
    throw new UnsupportedModel(
      `${model.name} cannot be explained. ${unreadWarnings(graph, attentions).join(' ')} Use a model whose attentions are maps of all tokens to all tokens.`,
    );
  const sequences = sequencesOf(graph.inputs, attentions, model);
  return {
    inputs: graph.inputs.map(portOf),
    outputs: graph.outputs.filter((v) => outputs.includes(v.name)).map(portOf),
    sequences,
    groups: groupsOf(attentions, sequences, model),
    vocabulary: findWordEmbeddings(graph)[0]?.vocabulary,
    generates: sequences.at(-1)!.stack === 'decoder',
  };
}

const portOf = ({ name, dtype, shape }: Port): Port => ({ name, dtype, shape });

const idsNames = /^(input_ids|ids|tokens|input)$/;

function sequencesOf(inputs: readonly Port[], attentions: readonly Attention[], { name }: TextModel): Sequence[] {
  const ids = inputs.find((v) => idsNames.test(v.name));
  const decoderIds = inputs.find((v) => v.name === 'decoder_input_ids');
  const pictures = inputs.find((v) => v.shape?.length === 4 && !/past|cache/i.test(v.name));
  if (pictures || !ids)
    throw new UnsupportedModel(
      `${name} ${pictures ? `reads pictures ("${pictures.name}")` : `has no input of token ids, but ${listed(inputs)}`}. Explain a text with a model that reads texts alone.`,
    );
  const stacks = [...new Set(attentions.filter((a) => a.kind === 'self').map((a) => a.stack))];
  if (decoderIds) {
    if (!stacks.includes('encoder') || !stacks.includes('decoder'))
      throw new UnsupportedModel(
        `${name} has an encoder and a decoder, but attention was found in ${stacks.join(', ') || 'neither'} alone. Export it with another exporter.`,
      );
    return [sequence('encoder', ids), sequence('decoder', decoderIds)];
  }
  if (stacks.length !== 1)
    throw new UnsupportedModel(
      `${name} has ${stacks.length} stacks of attention (${stacks.join(', ')}) over one text, which is not supported. Use "trace".`,
    );
  return [{ ...sequence('text', ids), stack: stacks[0] }];
}

function sequence(name: Sequence['name'], { name: ids, shape }: Port): Sequence {
  const length = shape?.[1];
  return { name, ids, stack: name, fixed: typeof length === 'number' ? length : undefined };
}

function groupsOf(
  attentions: readonly Attention[],
  sequences: readonly Sequence[],
  { name, config }: TextModel,
): GroupSites[] {
  const heads = [config.num_attention_heads, config.n_head, config.num_heads].find((n) => typeof n === 'number') ?? 1;
  const group = (of: GroupSites['name'], queries: number, keys: number, stack: string, cross: boolean): GroupSites => {
    const mine = attentions.filter((a) => a.stack === stack && (a.kind !== 'self') === cross);
    return {
      ...{ name: of, queries, keys },
      sites: mine.map((a) => a.index),
      heads: Math.max(...mine.map((a) => attentionInfo(a).heads ?? heads)),
    };
  };
  if (sequences.length === 1) return [group('self', 0, 0, sequences[0].stack, false)];
  const [decoder, cross] = [group('decoder', 1, 1, 'decoder', false), group('cross', 1, 0, 'decoder', true)];
  if (decoder.sites.length !== cross.sites.length)
    throw new UnsupportedModel(
      `The decoder of ${name} has ${decoder.sites.length} self-attentions and ${cross.sites.length} cross-attentions; relevance is defined for one of each in a layer. Use "trace" to look at them.`,
    );
  return [group('encoder', 0, 0, 'encoder', false), decoder, cross];
}

const listed = (inputs: readonly Port[]): string => inputs.map((v) => `"${v.name}"`).join(', ') || 'none';
