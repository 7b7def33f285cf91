import { UsageError } from '../../shared/errors';
import type { GradientChoice, HeadTensors } from '../../shared/heads-data';
import type { LayerOfGroup } from '../../shared/text/explanation';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { elementCount, floatTensor } from '../../shared/tensor';
import { allHeads, type HeadParts, type HeadStore, PartSource } from '../part-source';
import { firstOf } from './crop';
import type { GroupSites } from './graph';
import { completeFeeds, headFeeds, type TextQuestion } from './question';
import { pass, type TextSession } from './session';

/** A or ∇A of every head of a layer. */
export interface TextPart extends LayerOfGroup {
  readonly what: 'attention' | 'gradient';
}

/** Both tensors of a layer's heads. */
export const bothParts = (layer: LayerOfGroup): [attention: TextPart, gradient: TextPart] => [
  { ...layer, what: 'attention' },
  { ...layer, what: 'gradient' },
];

/** Every head of a text. */
export class TextHeads extends PartSource<TextPart> {
  constructor(
    session: TextSession,
    private readonly question: TextQuestion,
    store: HeadStore,
    held?: number,
  ) {
    super(new GroupParts(session, question), store, held);
  }

  get groups(): readonly GroupSites[] {
    return this.question.graph.groups;
  }

  has({ group, layer }: LayerOfGroup): boolean {
    return layer < (this.groups[group]?.sites.length ?? 0);
  }

  /** @throws UsageError where there is no such group or layer */
  check({ group, layer }: LayerOfGroup): void {
    const names = this.groups.map(({ name }) => name);
    if (group >= names.length)
      throw new UsageError(
        `Attention group ${group} does not exist: the model has ${names.map((name, i) => `${i} (${name})`).join(', ')}. Choose one of them.`,
      );
    const layers = this.groups[group].sites.length;
    if (layer >= layers)
      throw new UsageError(
        `Layer ${layer} does not exist: ${names[group]}-attention has ${layers} layers, numbered 0 to ${layers - 1}. Choose one of them.`,
      );
  }

  async layer({ group, layer, gradient: wanted }: LayerOfGroup & GradientChoice): Promise<HeadTensors> {
    const [a, g] = bothParts({ group, layer });
    const [attention, gradient = null] = await this.fetch(wanted ? [a, g] : [a]);
    return { attention, gradient };
  }
}

/** Single heads as runs of a text's session give them. */
export class GroupParts implements HeadParts<TextPart> {
  constructor(
    private readonly session: TextSession,
    private readonly question: TextQuestion,
  ) {}

  nameOf({ group, layer, what }: TextPart): string {
    return `${what}.${group}.${layer}`;
  }

  bytesOf({ group }: TextPart): number {
    return elementCount(this.sizes(group)) * 4;
  }

  /** Everything, the groups, or whole layers. */
  around(parts: readonly TextPart[]): TextPart[][] {
    const everything = this.everything();
    const groups = everything.filter((a) => parts.some((b) => a.group === b.group));
    return [everything, groups, groups.filter((a) => parts.some((b) => a.group === b.group && a.layer === b.layer))];
  }

  async run(parts: readonly TextPart[]): Promise<Map<string, FloatTensor>> {
    const feeds = await completeFeeds(this.session, this.question);
    const results = await this.session.run({ ...feeds, ...this.feeds(parts) }, this.outputs(parts));
    return new Map(parts.map((part) => [this.nameOf(part), this.read(part, results)]));
  }

  everything(): TextPart[] {
    return this.question.graph.groups.flatMap(({ sites }, group) =>
      sites.flatMap((_, layer) => bothParts({ group, layer })),
    );
  }

  /** What makes a run return these parts and no others. */
  feeds(parts: readonly TextPart[]): TensorMap {
    const sites = new Set(parts.map((part) => this.site(part)));
    const heads = this.session.info.facts.attentions.map((_, i) => (sites.has(i) ? allHeads : 0));
    return headFeeds(heads, parts.some(({ what }) => what === 'gradient')); // prettier-ignore
  }

  outputs(parts: readonly TextPart[]): string[] {
    const independent = new Set(this.session.info.facts.independent);
    return [...new Set(parts.map((part) => this.output(part)))].filter((name) => !independent.has(name));
  }

  /** [heads, queries, keys] without padding; zero where the target does not depend on it. */
  read(part: TextPart, results: TensorMap): FloatTensor {
    const [heads, ...sizes] = this.sizes(part.group);
    const found = results[this.output(part)] as FloatTensor | undefined;
    // A layer's own number of heads: some may have been pruned.
    if (found) return firstOf(found, [found.dims.at(-3) ?? heads, ...sizes]);
    return floatTensor([heads, ...sizes], new Float32Array(heads * elementCount(sizes)));
  }

  private sizes(group: number): readonly [number, number, number] {
    const { graph, sequences } = this.question;
    const { heads, queries, keys } = graph.groups[group];
    return [heads, sequences[queries].ids.length, sequences[keys].ids.length];
  }

  private site({ group, layer }: LayerOfGroup): number {
    return this.question.graph.groups[group].sites[layer];
  }

  private output(part: TextPart): string {
    return part.what === 'attention' ? `attention.${this.site(part)}` : `${pass}.gradient.${this.site(part)}`;
  }
}
