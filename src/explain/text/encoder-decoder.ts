import type { OpenModel, OpenOptions } from '../../onnx/open';
import { openModelFile } from '../../onnx/open';
import { mergeModels } from '../../onnx/merge';
import type { Value } from '../../onnx/graph/graph';
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
  const sizes = options.inputShapes ?? {};
  const encoder = openModelFile(encoderFile, options);
  const states = encoder.graph.outputs.find((v) => v.name === 'last_hidden_state') ?? encoder.graph.outputs[0];
  const decoder = openModelFile(decoderFile, { ...options, inputShapes: decoderSizes(sizes, states) });
  const read = new Map(decoder.graph.inputs.map((v) => [v.name, v]));
  const [given, ids] = [read.get(statesInput), read.get('input_ids')];
  if (!states || !given || !ids)
    throw new UnsupportedModel(
      `The decoder "${decoderFile}" has no input "${ids ? statesInput : 'input_ids'}", so that it cannot be joined with its encoder. Export the model as one file, with "optimum-cli export onnx --monolith".`,
    );
  const own = [...read.values()].filter((v) => v.name in jointNames);
  const kept = own.map((v) => [v, jointNames[v.name]!] as const);
  encoder.graph.rename(states, statesOutput);
  const masks = [read.get('encoder_attention_mask'), encoder.graph.inputs.find((v) => v.name === 'attention_mask')];

  const model = mergeModels(encoder, decoder, 'decoder');
  const { graph } = model;
  for (const [v, name] of kept) graph.rename(v, name);
  joined(given, states);
  if (masks[0] && masks[1]) joined(masks[0], masks[1]);
  // The batch is the encoder's: sizes are inferred anew, from the inputs down.
  if (states.shape && ids.shape?.length === 2) ids.shape = [states.shape[0]!, ids.shape[1]!];
  inferGraph(graph);
  return { ...model, outputs: graph.outputs.map((v) => v.name) };

  function joined(input: Value, value: Value): void {
    graph.replace(input, value);
    graph.inputs.splice(graph.inputs.indexOf(input), 1);
    graph.values.delete(input.name);
  }
}

function decoderSizes(sizes: NonNullable<OpenOptions['inputShapes']>, states: Value | undefined) {
  const known = states?.shape?.every((d) => typeof d === 'number') ? (states.shape as readonly number[]) : undefined;
  const named = { ...Object.fromEntries(Object.entries(jointNames).map(([name, joint]) => [name, sizes[joint]])), encoder_attention_mask: sizes['attention_mask'], [statesInput]: known }; // prettier-ignore
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, readonly number[]] => !!entry[1]));
}
