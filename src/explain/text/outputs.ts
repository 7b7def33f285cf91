import type { Port, TextGraph } from './graph';
import type { TextConfig, TextModel } from './model';

/**
 * What an output of a text model says. states: [batch, tokens, width]; words: [batch, tokens, vocabulary]; token-classes: [batch, tokens, classes];
 * classes: [batch, classes]; positions: [batch, tokens]; vector: any other of up to three axes.
 */
export type OutputRole = 'states' | 'words' | 'token-classes' | 'classes' | 'positions' | 'vector';

export interface Output {
  readonly name: string;
  readonly role: OutputRole;
  readonly axes: number;
  /** Index of the sequence that its second axis counts; null: it has none of tokens. */
  readonly sequence: number | null;
  /** Size of the last axis; undefined where the file leaves it open. */
  readonly width: number | undefined;
}

/** The outputs that a target can be of: floats, caches left out. */
export function targetOutputs(graph: TextGraph, { config }: TextModel): Output[] {
  return graph.outputs.flatMap((port) => {
    const { name, shape, dtype } = port;
    if (!shape || shape.length === 0 || shape.length > 3 || (dtype !== undefined && dtype !== 'float32')) return [];
    const last = shape.at(-1);
    const width = typeof last === 'number' ? last : undefined;
    const role = roleOf(port, width, graph, config);
    const perToken = shape.length === 3 || role === 'positions';
    const sequence = /^encoder/.test(name) ? 0 : graph.sequences.length - 1;
    return [{ name, role, axes: shape.length, sequence: perToken ? sequence : null, width }];
  });
}

function roleOf(
  { name, shape }: Port,
  width: number | undefined,
  { vocabulary, sequences }: TextGraph,
  config: TextConfig,
): OutputRole {
  const logits = /logits|scores|prediction/i.test(name);
  if (shape!.length === 3) {
    if (/hidden_state|token_embeddings/i.test(name)) return 'states';
    if (width !== undefined && (width === vocabulary || width === config.vocab_size)) return 'words';
    return logits ? 'token-classes' : 'states';
  }
  if (shape!.length === 2 && (width === undefined || (width === sequences[0].fixed && logits))) return 'positions';
  return shape!.length === 2 && logits ? 'classes' : 'vector';
}

/** The name of a class, or its number. */
export const className = ({ id2label }: TextConfig, index: number): string => id2label?.[index] ?? String(index);

/** @returns the class of that number or name; undefined: there is none */
export function classOf(config: TextConfig, width: number | undefined, asked: string): number | undefined {
  const named = Object.entries(config.id2label ?? {}).find(([, label]) => same(label, asked));
  const index = named ? Number(named[0]) : /^\d+$/.test(asked) ? Number(asked) : undefined;
  return index !== undefined && index < (width ?? Infinity) ? index : undefined;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
