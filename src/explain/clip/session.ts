import { findAttentions } from '../../onnx/attention/name';
import type { TraceFacts } from '../../onnx/trace';
import { buildTrace } from '../../onnx/trace';
import type { Tower } from '../../shared/explanation';
import type { ModelFolder } from '../models';
import { filesOf } from '../models';
import type { Built, Opened, Runtime } from '../runtime';
import type { TowerSites } from './tower';
import { reducedOutputs, sitesOf, towerPass, towerSites } from './tower';
import { openTowers } from './towers';

/** What is known of the graph of two towers. */
export interface TowersInfo {
  readonly facts: TraceFacts;
  readonly logits: string;
  /** The graph has an input for the scale of its logits. */
  readonly scaled: boolean;
  readonly vision: TowerSites;
  readonly text: TowerSites;
  readonly quantised: boolean;
  /** Positions of the text tower where the file fixes them. */
  readonly positions: number | undefined;
  /** The model's own inputs. */
  readonly inputs: readonly string[];
  /** Outputs that an Explanation is made of. */
  readonly reduced: readonly string[];
  /** image_embeds and text_embeds, where the file gives them. */
  readonly embeddings: readonly string[];
}

/** Both towers, with everything that can be asked of them: what a run does not ask for costs nothing (onnx/augment/demand.ts). */
export type TowersSession = Opened<TowersInfo>;

/** @throws BadFile, UnsupportedModel, OutOfMemory where the model cannot be opened; what `use` throws */
export const withTowers = <Result>(
  runtime: Runtime,
  model: ModelFolder,
  use: (session: TowersSession) => Promise<Result>,
): Promise<Result> => runtime.withSession(filesOf(model), 'explain', () => buildTowers(model), use);

/** @returns how many heads a block of the tower has */
export const headsOf = ({ facts }: TowersInfo, site: number): number => facts.attentions[site].heads ?? 1;

function buildTowers(folder: ModelFolder): Built<TowersInfo> {
  const { model, logits, scaled } = openTowers(folder);
  const attentions = findAttentions(model.graph);
  const vision = towerSites(attentions, 'vision');
  const text = towerSites(attentions, 'text');
  const all = [...sitesOf(vision), ...sitesOf(text)];
  const inputs = model.graph.inputs.map((v) => v.name);
  const ids = model.graph.inputs.find((v) => v.name === 'input_ids')?.shape?.[1];
  const embeddings = model.outputs.filter((o) => /_embeds$/.test(o));
  const passes = (['vision', 'text'] as const).map((tower: Tower) =>
    towerPass(tower, logits, tower === 'vision' ? vision : text),
  );
  const { facts, ...built } = buildTrace(
    model,
    { outputs: [...new Set([logits, ...embeddings])], attentions: all, means: all, onDemand: true, passes },
    attentions,
  );
  return {
    ...built,
    info: {
      ...{ facts, logits, scaled, vision, text, quantised: model.quantised, inputs, embeddings },
      positions: typeof ids === 'number' ? ids : undefined,
      reduced: [logits, ...reducedOutputs('vision', vision), ...reducedOutputs('text', text)],
    },
  };
}
