import type { TextQuestion } from './question';

/** The token whose row is read of a sequence: the position that the target is read from, or the first token. */
export function readOutOf({ plan, graph, sequences }: TextQuestion, index: number): number {
  if (plan.kind !== 'similarity' && plan.output.sequence === index && plan.rows?.length === 1) return plan.rows[0];
  // What goes on writing has read everything at its last token.
  return graph.sequences[index].stack === 'decoder' ? sequences[index].ids.length - 1 : 0;
}
