import type { Builder } from '../graph/builder';
import type { Dim } from '../graph/dims';
import { symbol } from '../graph/dims';
import type { Value } from '../graph/graph';

/** Input of a graph whose heads come on demand: int64 [attentions], how many heads of each are returned. */
export const headsInput = 'lens.heads';

/** Input of such a graph, of a pass: int64 [n], which of its K targets the gradients are returned of. */
export const chosenInput = (pass: string): string => `${pass}.chosen`;

/**
 * Returns of single heads what a run asks for. An output that a run does not fetch is computed all the same, and kept until the run ends
 * (attentions of ViT-L/14 at 336 pixels: 0.5 GB for each prompt); an output of no heads costs nothing.
 */
export class Demand {
  private readonly counts: Value;
  private readonly chosen = new Map<string, Value>();

  /** @param attentions of the graph */
  constructor(
    private readonly g: Builder,
    attentions: number,
  ) {
    this.counts = this.input(headsInput, attentions);
  }

  /** As many heads of attention `index` as the run wants; `axis` is theirs in x. */
  heads(x: Value, axis: number, index: number): Value {
    return this.g.slice(x, axis, 0, this.g.gather(this.counts, this.g.ints([index]), 0));
  }

  /** @param x [K, …] of a pass */
  targets(x: Value, pass: string): Value {
    const name = chosenInput(pass);
    const chosen = this.chosen.get(pass) ?? this.input(name, symbol(name));
    this.chosen.set(pass, chosen);
    return this.g.gather(x, chosen, 0);
  }

  private input(name: string, length: Dim): Value {
    const value = this.g.graph.value(name);
    value.dtype = 'int64';
    value.shape = [length];
    this.g.graph.inputs.push(value);
    return value;
  }
}
