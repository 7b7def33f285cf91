import type { OpenModel, OpenOptions } from '../../onnx/open';
import { openModelFile } from '../../onnx/open';
import { mergeModels } from '../../onnx/merge';
import type { Shape } from '../../onnx/graph/dims';
import type { Graph, Value } from '../../onnx/graph/graph';
import { inferGraph } from '../../onnx/shapes/infer';
import { UnsupportedModel } from '../../shared/errors';

/** Of the decoder's inputs, what a file of both calls them; what the encoder gives or reads itself is taken from there. */
const jointNames: Readonly<Record<string, string>> = {
  input_ids: 'decoder_input_ids',
  attention_mask: 'decoder_attention_mask',
  position_ids: 'decoder_position_ids',
};

/** What the encoder's states are called as an input of the decoder, and as an output of a file of both. */
const statesInput = 'encoder_hidden_states';
const statesOutput = 'encoder_last_hidden_state';

/**
 * An encoder and its decoder, each in a file of its own (optimum, transformers.js), as the one graph that a file of both would hold: inputs and outputs
 * have its names, and gradients pass from the decoder into the encoder.
 *
 * @throws BadFile, UnsupportedModel where the decoder does not read what the encoder gives
 */
export function openEncoderDecoder(encoderFile: string, decoderFile: string, options: OpenOptions): OpenModel {
  const encoder = openModelFile(encoderFile, options);
  const states = encoder.graph.outputs.find((v) => v.name === 'last_hidden_state') ?? encoder.graph.outputs[0];
  const inputShapes = decoderSizes(options.inputShapes ?? {}, states);
  const decoder = openModelFile(decoderFile, { ...options, inputShapes });
  // Found before both are one graph, in which a name of both stands for the encoder's.
  const own = new Map(decoder.graph.inputs.map((v) => [v.name, v]));
  const [ids, wanted] = [own.get('input_ids'), own.get(statesInput)];
  if (!states || !wanted || !ids)
    throw new UnsupportedModel(
      `The decoder "${decoderFile}" has no input "${ids ? statesInput : 'input_ids'}", so that it cannot be joined with its encoder. Export the model as one file, with "optimum-cli export onnx --monolith".`,
    );
  const mask = encoder.graph.inputs.find((v) => v.name === 'attention_mask');
  const wantedMask = own.get('encoder_attention_mask');
  encoder.graph.rename(states, statesOutput);

  const model = mergeModels(encoder, decoder, 'decoder');
  const { graph } = model;
  for (const [name, joint] of Object.entries(jointNames)) if (own.has(name)) graph.rename(own.get(name)!, joint);
  feed(graph, wanted, states);
  if (mask && wantedMask) feed(graph, wantedMask, mask);
  // The batch is the encoder's: sizes are inferred anew, from the inputs down.
  if (states.shape && ids.shape?.length === 2) ids.shape = [states.shape[0]!, ids.shape[1]!];
  inferGraph(graph);
  return { ...model, outputs: graph.outputs.map((v) => v.name) };
}

/** Whoever reads this input reads the value; the input is no more. */
function feed(graph: Graph, input: Value, value: Value): void {
  graph.replace(input, value);
  graph.inputs.splice(graph.inputs.indexOf(input), 1);
  graph.values.delete(input.name);
}

/** Of the sizes of a file of both, those of the decoder's own inputs. */
function decoderSizes(sizes: Sizes, states: Value | undefined): Sizes {
  const known = (shape: Shape | undefined) => (shape?.every((d) => typeof d === 'number') ? shape : undefined);
  const own = [
    ...Object.entries(jointNames).map(([name, joint]) => [name, sizes[joint]] as const),
    ['encoder_attention_mask', sizes['attention_mask']] as const,
    [statesInput, known(states?.shape)] as const,
  ];
  return Object.fromEntries(own.flatMap(([name, shape]) => (shape ? [[name, shape]] : [])));
}

type Sizes = NonNullable<OpenOptions['inputShapes']>;
